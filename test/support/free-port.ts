import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port of 127.0.0.1 that nobody listens on just now, and that the system does not give away by itself: it is bound
 * only later, and what asks for any port, or connects to somewhere, must not have got it meanwhile.
 */
export async function freePort(): Promise<number> {
  const server = createServer()
  const port = randomInt(10_000, 32_000)
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
  } catch {
    return freePort()
  }
  await once(server.close(), 'close')
  return port
}
