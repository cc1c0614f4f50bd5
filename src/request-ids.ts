import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** What a proxy may call a request: it ends up in logs and in a header. */
const plainId = /^[\w.:-]{1,128}$/

/** Names each request, by `x-request-id` where a proxy that is believed has named it already. */
export function createRequestIds(isFromProxy: (request: IncomingMessage) => boolean) {
  const node = randomBytes(6).toString('base64url')
  let count = 0
  return (request: IncomingMessage): string => {
    const given = request.headers['x-request-id']
    if (typeof given === 'string' && plainId.test(given) && isFromProxy(request)) return given
    count += 1
    return `${node}-${count.toString(36)}`
  }
}
