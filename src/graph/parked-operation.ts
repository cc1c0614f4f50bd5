import type { Outlet } from '../live/outlet.js'
import type { Payload } from '../live/payload.js'
import { holdsId, letIdGo } from './claim-id.js'
import { type SocketState, socketClose } from './socket-state.js'
import type { ReadySubscription } from './subscriptions.js'
import { writeHeld, writeMessages } from './write-frames.js'

/**
 * A subscription as graphql-ws sees it: an iterator that yields nothing and ends only with an error. Its messages are
 * written past graphql-ws, which goes on watching over ids, Complete and the socket's end.
 *
 * `return` does not settle what `next` gave: graphql-ws would take that for the end of whatever has the id by then, and
 * a client may use an id again in the same packet in which it completes it.
 *
 * A class, unlike most here: there is one for each subscription, and functions of its own would cost each a kilobyte.
 */
export class ParkedOperation implements AsyncGenerator<never, void, void>, Outlet {
  readonly #state: SocketState
  readonly #id: string
  /** As JSON, of one byte a character. */
  readonly #quotedId: string
  /** What claimed the id for it. */
  readonly #claim: object
  readonly #subscription: ReadySubscription
  #hasJoined = false
  #reject: ((error: unknown) => void) | null = null
  #isReleased = false

  constructor(state: SocketState, id: string, claim: object, subscription: ReadySubscription) {
    this.#state = state
    this.#id = id
    this.#quotedId = Buffer.from(JSON.stringify(id)).toString('latin1')
    this.#claim = claim
    this.#subscription = subscription
  }

  /** Of its feed; see `Group.checkpoint`. */
  checkpoint(): string | null {
    return this.#hasJoined ? this.#subscription.group.checkpoint(this) : null
  }

  next(): Promise<IteratorResult<never, void>> {
    const { promise, reject } = Promise.withResolvers<IteratorResult<never, void>>()
    const isMine = this.#state.context?.subscriptions[this.#id] === this
    if (!isMine || !holdsId(this.#state, this.#id, this.#claim)) {
      this.#leave()
      return promise
    }
    letIdGo(this.#state, this.#id, this.#claim)
    this.#reject = reject
    this.#state.operations += 1
    this.#hasJoined = true
    this.#subscription.group.join(this, this.#subscription.place)
    return promise
  }

  async return(): Promise<IteratorResult<never, void>> {
    this.#leave()
    return { done: true, value: undefined }
  }

  async throw(error: unknown): Promise<never> {
    this.#leave()
    throw error
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leave()
  }

  bufferedBytes(): number {
    return this.#state.stream.writableLength + this.#state.heldBytes
  }

  push(payloads: readonly Payload[]): void {
    writeMessages(this.#state, this.#quotedId, payloads)
  }

  fail(error: unknown): void {
    this.#leave()
    writeHeld(this.#state)
    this.#reject?.(error)
  }

  sendAway(): void {
    this.#state.socket.close(socketClose.tryAgainLater, 'Reading too slowly')
  }

  #leave(): void {
    letIdGo(this.#state, this.#id, this.#claim)
    if (this.#isReleased) return
    this.#isReleased = true
    if (this.#hasJoined) {
      this.#subscription.group.leave(this)
      this.#state.operations -= 1
    }
    this.#hasJoined = false
    this.#subscription.release()
  }
}
