import { TextDecoder } from 'node:util'
import { badInput, CodedError } from '../../kernel/errors.js'

/**
 * A body as text, as it arrives, without its byte order mark. UTF-8 unless its mark or `charset` say otherwise, and
 * refused where it is not: an order id with its letters changed would be missing for no reason.
 */
export async function* decodeBody(
  chunks: AsyncIterable<Buffer>,
  charset: string | null,
  maxBytes: number,
): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null
  let start = Buffer.alloc(0)
  let bytes = 0
  try {
    for await (const chunk of chunks) {
      bytes += chunk.length
      if (bytes > maxBytes) throw new CodedError('TOO_COMPLEX', `A file may have ${maxBytes} bytes.`)
      if (decoder !== null) yield decoder.decode(chunk, { stream: true })
      else {
        start = Buffer.concat([start, chunk])
        if (start.length < 2) continue
        decoder = openDecoder(charset ?? markedCharset(start))
        yield decoder.decode(start, { stream: true })
      }
    }
    decoder ??= openDecoder(charset ?? 'utf-8')
    yield decoder.decode(bytes < 2 ? start : undefined)
  } catch (error) {
    if (!isUndecodable(error)) throw error
    throw badInput('This is no UTF-8 text: save the file as UTF-8, or name its charset in content-type.')
  }
}

function openDecoder(charset: string): TextDecoder {
  try {
    return new TextDecoder(charset, { fatal: true })
  } catch {
    throw badInput('Nobody here knows this charset.', 'content-type')
  }
}

/** Spreadsheets write UTF-16 too, and say so by its mark. */
function markedCharset(start: Buffer): string {
  const mark = start.readUInt16BE(0)
  if (mark === 0xfffe) return 'utf-16le'
  return mark === 0xfeff ? 'utf-16be' : 'utf-8'
}

const isUndecodable = (error: unknown): boolean =>
  error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
