import type { Scope } from '../access/scope.js'
import { CodedError } from '../kernel/errors.js'
import type { LedgerChange } from '../ledger/ledger-change.js'
import type { ConversionFilter } from '../reporting/filters.input.js'
import { createChangeMatcher } from '../reporting/match-change.js'
import { readChanges, sealPosition, toChange } from '../reporting/read-changes.js'
import { checkPlace } from '../reporting/start-place.js'
import type { ChangeGroup } from './audience.js'
import type { Feed, Group } from './feed.js'
import { type Found, readStretch } from './found.js'
import type { LiveParts } from './live-parts.js'
import type { Outlet } from './outlet.js'
import type { Payload, Renderer } from './payload.js'
import { createReaders, type Placed } from './readers.js'
import type { Followed } from './tails.js'

/** How many lines of the ledger in memory one step of catching up looks at, and how many messages it makes. */
const linesAtOnce = 500
const messagesAtOnce = 100

/** The changes that pass a filter, with places in the ledger. */
export function createChangeFeed(parts: LiveParts, scope: Scope, filter: ConversionFilter): Feed {
  // A filter that this viewer may not use is refused now, not with the first change.
  const matcher = createChangeMatcher(filter, scope)
  return {
    async open(renderer) {
      const { listener, followed, leave } = await parts.tails.follow(scope.workspaceId, (followed) => {
        const group = createGroup(parts, scope, filter, matcher, renderer, followed)
        followed.audience.add(group)
        return group
      })
      return {
        ...listener,
        close() {
          followed.audience.remove(listener)
          leave()
        },
      }
    },
  }
}

function createGroup(
  { rows, cursors, payloads, room, farReads, onError }: LiveParts,
  scope: Scope,
  filter: ConversionFilter,
  matcher: ChangeGroup['matcher'],
  renderer: Renderer,
  { tail, look }: Followed,
) {
  const { epoch } = tail.head()
  // What is being passed on at this moment passes this group by: its readers read it instead.
  const from = tail.reached()
  const delivered = () => Math.max(from, tail.delivered())
  const readers = createReaders({ delivered, read, onError: (error) => onError(error, 'catching up') }, room)
  let lastPlace = from
  let expired: CodedError | null = null
  /** Up to where a checkpoint told of it. */
  const told = new Map<Outlet, number>()
  let checkpoint: { readonly place: number; readonly cursor: string } = { place: -1, cursor: '' }

  async function place(position: number, matches: boolean, value: () => object): Promise<Placed> {
    const payload: Payload = await payloads(renderer, `${epoch}.${position}.${matches}`, value)
    return { place: position, payload }
  }
  const message = (change: LedgerChange, matches: boolean) =>
    place(change.position, matches, () => toChange(change, matches, scope, cursors, epoch))

  async function read(after: number): Promise<Found<Placed>> {
    if (tail.behind(after, 0) === null) await tail.recall(after)
    const lines = tail.behind(after, linesAtOnce)
    return lines === null ? farReads(() => readFar(after)) : readNear(after, lines)
  }

  async function readNear(after: number, lines: readonly LedgerChange[]): Promise<Found<Placed>> {
    const messages: Promise<Placed>[] = []
    let next = after
    for (const line of lines) {
      const matches = matcher.match(line)
      if (matches !== null) messages.push(message(line, matches))
      next = line.position
      if (messages.length === messagesAtOnce) break
    }
    return { items: await Promise.all(messages), next }
  }

  async function readFar(after: number): Promise<Found<Placed>> {
    const { items, next } = await readStretch(
      after,
      tail.head().position,
      (upTo, limit) => readChanges(rows, scope, cursors, filter, { after, upTo, epoch }, limit),
      ({ position }) => position,
    )
    return { items: await Promise.all(items.map((item) => place(item.position, item.matches, () => item))), next }
  }

  /** One cursor for all who are at the front. */
  function checkpointAt(position: number): string {
    if (checkpoint.place !== position) {
      checkpoint = { place: position, cursor: sealPosition(cursors, scope, epoch, position) }
    }
    return checkpoint.cursor
  }

  const group: Omit<Group, 'close'> & ChangeGroup & { expire(): void } = {
    matcher,
    message,
    deliver(all, start, upTo) {
      // What was prepared again, after it had failed, may reach back to before this group began.
      const items = start < from ? all.filter((item) => item.place > from) : all
      lastPlace = items.at(-1)?.place ?? lastPlace
      readers.deliver(items, Math.max(start, from), upTo)
    },
    expire() {
      expired = new CodedError(
        'CURSOR_EXPIRED',
        'The books were restored: list again, and go on after its asOf.',
        'after',
      )
      readers.failAll(expired)
    },

    async start(after) {
      if (after === null) return tail.head().position
      const place = cursors.open(scope, after)
      // What is behind all that is known here may have been booked by another node a moment ago.
      if (place.position > tail.head().position) await look()
      // Or it is of the books as they were before they were restored, and that was found just now.
      if (expired !== null) throw expired
      return checkPlace(place, tail.head()).position
    },
    join(outlet, position) {
      // It may have asked where to begin before the books were restored.
      if (expired === null) readers.join(outlet, position)
      else outlet.fail(expired)
    },
    leave(outlet) {
      readers.leave(outlet)
      told.delete(outlet)
    },
    checkpoint(outlet) {
      const position = delivered()
      if (!readers.isAtFront(outlet) || position <= Math.max(lastPlace, told.get(outlet) ?? from)) return null
      told.set(outlet, position)
      return checkpointAt(position)
    },
  }
  return group
}
