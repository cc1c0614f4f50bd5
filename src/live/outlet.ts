import type { Payload } from './payload.js'

/** Where the messages of one subscription go. */
export interface Outlet {
  /** How many bytes wait for the peer to take them. */
  bufferedBytes(): number
  /** Puts messages behind those that wait. Nothing happens once the peer is gone. */
  push(payloads: readonly Payload[]): void
  /** Ends the subscription with an error. */
  fail(error: unknown): void
  /** Sends the peer off: it may come back, and go on behind the last message that it got. */
  sendAway(): void
}
