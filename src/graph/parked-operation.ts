import type { Membership } from '../live/feed.js'
import type { Outlet } from '../live/outlet.js'
import type { Claim } from './claim-id.js'
import { type SocketState, socketClose } from './socket-state.js'
import type { ReadySubscription } from './subscriptions.js'
import { pushMessage, writeNow } from './write-frames.js'

/**
 * A subscription as graphql-ws sees it: an iterator that yields nothing and ends only with an error. Its messages are
 * written past graphql-ws, which goes on watching over ids, Complete and the socket's end.
 *
 * `return` does not settle what `next` gave: graphql-ws would take that for the end of whatever has the id by then, and
 * a client may use an id again in the same packet in which it completes it.
 */
export interface ParkedOperation extends AsyncGenerator<never, void, void> {
  readonly membership: Membership | null
}

export function parkOperation(
  state: SocketState,
  id: string,
  subscription: ReadySubscription,
  claim: Claim,
): ParkedOperation {
  let membership: Membership | null = null
  let released = false

  function leave(): void {
    claim.letGo()
    if (released) return
    released = true
    membership?.leave()
    membership = null
    subscription.release()
  }

  const parked: ParkedOperation = {
    get membership() {
      return membership
    },
    next() {
      const { promise, reject } = Promise.withResolvers<IteratorResult<never, void>>()
      if (!claim.isHeld() || state.context?.subscriptions[id] !== parked) {
        leave()
        return promise
      }
      claim.letGo()
      const fail = (error: unknown) => {
        leave()
        writeNow(state)
        reject(error)
      }
      membership = subscription.join(createOutlet(state, id, fail))
      return promise
    },
    async return() {
      leave()
      return { done: true, value: undefined }
    },
    async throw(error) {
      leave()
      throw error
    },
    [Symbol.asyncIterator]: () => parked,
    [Symbol.asyncDispose]: async () => leave(),
  }
  return parked
}

function createOutlet(state: SocketState, id: string, fail: (error: unknown) => void): Outlet {
  const before = `{"id":${Buffer.from(JSON.stringify(id)).toString('latin1')},"type":"next","payload":`
  return {
    bufferedBytes: () => state.stream.writableLength + state.frames.bytes,
    push(payloads) {
      for (const { body } of payloads) pushMessage(state, before, body)
    },
    fail,
    sendAway: () => state.socket.close(socketClose.tryAgainLater, 'Reading too slowly'),
  }
}
