import type { ServerResponse } from 'node:http'
import type { Body } from './asked-export.js'

export interface Delivery {
  readonly response: ServerResponse
  readonly header: Uint8Array
  readonly body: Body
  /** How long a client may take for one chunk before it is cut off. */
  readonly stallMs: number
}

/**
 * Sends a body as the client takes it, and no faster: the next chunk is asked for when the one before has left our hands,
 * and not only been put in a queue, because it is written into again. However it ends, what the body holds is let go of.
 */
export async function sendBody({ response, header, body, stallMs }: Delivery): Promise<void> {
  const write = createWriter(response, stallMs)
  try {
    if (header.length > 0) await write(header)
    for await (const chunk of body.rows) await write(chunk)
    response.end()
  } catch (error) {
    // Without its proper end, so that nobody takes it for whole.
    response.destroy()
    throw error
  } finally {
    await body.close()
  }
}

/** The client has left. */
export class ClientGone extends Error {}

/** Writes one chunk after the other, each until it is on its way. */
function createWriter(response: ServerResponse, stallMs: number): (chunk: Uint8Array) => Promise<void> {
  let settle = () => {}
  // A chunk that is written while a connection breaks off is forgotten without a word.
  response.once('close', () => settle())
  response.on('error', () => undefined)

  return (chunk) => {
    if (response.destroyed) return Promise.reject(new ClientGone())
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => response.destroy(), stallMs)
    settle = () => {
      clearTimeout(timer)
      if (response.destroyed) reject(new ClientGone())
      else resolve()
    }
    response.write(chunk, settle)
    return promise
  }
}
