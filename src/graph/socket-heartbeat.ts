import { MessageType, stringifyMessage } from 'graphql-ws'
import type { Authenticator } from '../access/authenticate.js'
import type { LogError } from './mask-error.js'
import { sendText, socketClose } from './send-text.js'
import type { LiveHooks, SocketState } from './socket-operations.js'

export interface HeartbeatOptions {
  readonly authenticator: Authenticator
  readonly logError: LogError
  readonly live?: LiveHooks | undefined
  readonly heartbeatMs?: number
}

/**
 * One beat for all sockets: drops those that nothing was heard of since the last, closes those whose session has ended,
 * and pings the others, with what a quiet feed has to tell. Gives what stops it.
 */
export function beatForAll(open: ReadonlySet<SocketState>, options: HeartbeatOptions): () => void {
  const { authenticator, logError, live, heartbeatMs = 12_000 } = options

  async function beat(state: SocketState): Promise<void> {
    const { socket, access } = state
    if (!state.isAlive) return socket.terminate()
    state.isAlive = false
    socket.ping()
    if (access === null) return
    if (!(await authenticator.isOpen(access))) return socket.close(socketClose.forbidden, 'Session ended')
    const payload = live?.pingPayload?.(state)
    if (payload !== undefined) await sendText(socket, stringifyMessage({ type: MessageType.Ping, payload }))
  }

  const timer = setInterval(() => {
    for (const state of open) beat(state).catch((error: unknown) => logError(error, 'a heartbeat'))
  }, heartbeatMs)
  return () => clearInterval(timer)
}
