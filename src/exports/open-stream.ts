import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { Body } from './asked-export.js'
import { chunkBytes } from './encoding/output.js'

export interface StreamOptions {
  readonly header: Uint8Array
  readonly body: Body
  readonly response: ServerResponse
  readonly stallMs: number
}

/**
 * The answer as a stream that is read as the client takes it, and no faster. A client that takes nothing for too long is
 * cut off. However it ends, what the body holds is let go of.
 */
export function openStream({ header, body, response, stallMs }: StreamOptions): Readable {
  let timer: NodeJS.Timeout | undefined
  const isServed = () => clearTimeout(timer)
  function waits(): void {
    isServed()
    if (!response.closed) timer = setTimeout(() => response.destroy(), stallMs)
  }

  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      if (header.length > 0) yield header
      for await (const chunk of body.rows) {
        waits()
        yield chunk
        isServed()
      }
    } finally {
      // The last of it is on its way still.
      waits()
    }
  }

  response.once('close', isServed)
  const stream = Readable.from(chunks(), { objectMode: false, highWaterMark: chunkBytes })
  return stream.once('close', () => void body.close())
}
