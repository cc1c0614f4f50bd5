import type { ByteString } from './decode-text.js'
import { parseJsonObject } from './parse-json-object.js'
import { bodyFormat } from './parse-parameters.js'

/**
 * What a page may send elsewhere without asking first is a form or plain text, so plain text is read as JSON, and so is
 * whatever else does not say that it is a form.
 */
export const readAsJson = (contentType: string | undefined): string =>
  bodyFormat(contentType) === 'form' && contentType !== undefined ? contentType : 'application/json'

/** A body as the query that would say the same; null where it cannot be read. */
export function toQuery(body: Buffer, contentType: string | undefined): ByteString | null {
  if (bodyFormat(contentType) === 'form') return body.toString('latin1')
  const query = new URLSearchParams()
  const refusal = parseJsonObject(body.toString('utf8'), (name, value) => query.append(name, value))
  return refusal === null ? query.toString() : null
}
