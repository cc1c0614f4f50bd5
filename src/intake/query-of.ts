import type { ByteString } from './decode-text.js'

/** What follows the first `?` of a request's URL. */
export function queryOf(url: ByteString | undefined): ByteString {
  const mark = url?.indexOf('?') ?? -1
  return url === undefined || mark === -1 ? '' : url.slice(mark + 1)
}
