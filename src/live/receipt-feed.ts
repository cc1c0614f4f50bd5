import type { Scope } from '../access/scope.js'
import { CodedError } from '../kernel/errors.js'
import type { ReceiptFilter } from '../reporting/filters.input.js'
import { readReceiptsAfter } from '../reporting/read-receipts.js'
import type { Feed, Group } from './feed.js'
import { type Found, readStretch } from './found.js'
import type { LiveParts } from './live-parts.js'
import type { Renderer } from './payload.js'
import { createReaders, type Placed } from './readers.js'
import type { Followed, Listener } from './tails.js'

/** Receipts that come faster than this go out together. */
const paceMs = 50

/**
 * The receipts that pass a filter, from now on. They are numbered under the same lock as changes, so none is missed. One
 * read a batch, for all who ask the same: those who wire up an integration are few.
 */
export function createReceiptFeed(parts: LiveParts, scope: Scope, filter: ReceiptFilter): Feed {
  return {
    async open(renderer) {
      // A filter that is wrong is refused now, not with the first receipt.
      await readReceiptsAfter(parts.rows, scope, filter, 0, 0, 1)
      const { listener, leave } = await parts.tails.follow(scope.workspaceId, (followed) =>
        createGroup(parts, scope, filter, renderer, followed),
      )
      return {
        ...listener,
        close() {
          listener.stop()
          leave()
        },
      }
    },
  }
}

function createGroup(
  { rows, room, onError }: LiveParts,
  scope: Scope,
  filter: ReceiptFilter,
  renderer: Renderer,
  { tail }: Followed,
) {
  let place = tail.head().receiptSequence
  let isReading = false
  let stopped = false
  const readers = createReaders(
    { delivered: () => place, read, onError: (error) => onError(error, 'catching up with receipts') },
    room,
  )

  async function read(after: number): Promise<Found<Placed>> {
    const { items, next } = await readStretch(
      after,
      tail.head().receiptSequence,
      (upTo, limit) => readReceiptsAfter(rows, scope, filter, after, upTo, limit),
      ({ sequence }) => sequence,
    )
    const placed = items.map(async (item) => ({ place: item.sequence, payload: await renderer.render(item) }))
    return { items: await Promise.all(placed), next }
  }

  async function readOn(): Promise<void> {
    if (isReading) return
    isReading = true
    try {
      while (!stopped && place < tail.head().receiptSequence) {
        const from = place
        const { items, next } = await read(from)
        readers.deliver(items, from, next)
        place = next
        await new Promise((resolve) => setTimeout(resolve, paceMs))
      }
    } catch (error) {
      // The next news, within a second, begins again.
      onError(error, 'reading receipts for those who follow them')
    } finally {
      isReading = false
    }
  }

  const group: Omit<Group, 'close'> & Listener & { stop(): void } = {
    hear: () => void readOn(),
    expire: () => readers.failAll(new CodedError('CURSOR_EXPIRED', 'The books were restored: subscribe again.')),
    start: async () => place,
    join: readers.join,
    leave: readers.leave,
    checkpoint: () => null,
    stop() {
      stopped = true
    },
  }
  return group
}
