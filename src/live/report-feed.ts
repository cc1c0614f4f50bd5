import type { Scope } from '../access/scope.js'
import { CodedError } from '../kernel/errors.js'
import type { Touched } from '../ledger/ledger-change.js'
import { bucketMs } from '../ledger/periods-sql.js'
import { type AskedQuestion, type Question, readQuestion } from '../reporting/question.js'
import { readReport } from '../reporting/read-performance.js'
import type { Feed, Group } from './feed.js'
import type { LiveParts } from './live-parts.js'
import type { Outlet } from './outlet.js'
import type { Payload, Renderer } from './payload.js'
import type { Listener } from './tails.js'

/** A report, kept current: computed once for all who ask the same, and only when something that it covers has changed. */
export function createReportFeed(parts: LiveParts, scope: Scope, asked: AskedQuestion, everyMs: number): Feed {
  const question = readQuestion(asked, scope)
  return {
    async open(renderer) {
      const { listener, leave } = await parts.tails.follow(scope.workspaceId, () =>
        createGroup(parts, scope, question, everyMs, renderer),
      )
      listener.refresh()
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

interface Member {
  /** What it was sent last. */
  sent: Payload | null
  isWaiting: boolean
}

const retryMs = 1_000
/** Whatever is not an answer of ours to the question. */
const isDatabaseAway = (error: unknown) => !(error instanceof CodedError)

function createGroup(
  { rows, cursors, clock, room, onError }: LiveParts,
  scope: Scope,
  question: Question,
  everyMs: number,
  renderer: Renderer,
) {
  const members = new Map<Outlet, Member>()
  let latest: Payload | null = null
  let figures = ''
  /** Something that the report covers has changed since it was last read, or it never was. */
  let isStale = true
  let bucket = bucketOf(clock())
  let timer: NodeJS.Timeout | null = null
  let isReading = false
  let readAtMs = Number.NEGATIVE_INFINITY
  let stopped = false
  let expired: CodedError | null = null

  function refresh(): void {
    if (!isStale || isReading || timer !== null || stopped) return
    const waitMs = Math.max(0, readAtMs + everyMs - performance.now())
    timer = setTimeout(() => void read(), waitMs)
  }

  async function read(): Promise<void> {
    timer = null
    isReading = true
    isStale = false
    readAtMs = performance.now()
    try {
      const report = await readReport({ rows, scope, cursors, nowMs: clock() }, question)
      const now = JSON.stringify({ ...report, asOf: null })
      if (now !== figures) {
        latest = await renderer.render(report)
        figures = now
        for (const [outlet, member] of members) send(outlet, member)
      }
    } catch (error) {
      isStale = true
      readAtMs += retryMs
      onError(error, 'reading a report for those who follow it')
      if (!isDatabaseAway(error)) for (const outlet of [...members.keys()]) outlet.fail(error)
    } finally {
      isReading = false
      refresh()
    }
  }

  /** A reader that is slow gets the report as it is when there is room again, and none of those between. */
  function send(outlet: Outlet, member: Member): void {
    if (latest === null || member.isWaiting || member.sent === latest) return
    if (room.isFull(outlet)) {
      void wait(outlet, member)
      return
    }
    member.sent = latest
    room.push(outlet, [latest])
  }

  async function wait(outlet: Outlet, member: Member): Promise<void> {
    member.isWaiting = true
    const hasRoom = await room.untilDrained(outlet)
    member.isWaiting = false
    if (hasRoom && members.get(outlet) === member) send(outlet, member)
  }

  const group: Omit<Group, 'close'> & Listener & { stop(): void; refresh(): void } = {
    refresh,
    hear({ touched }) {
      const now = bucketOf(clock())
      // The borders of a range such as TODAY move with the clock.
      const hasMoved = typeof question.range === 'string' && now !== bucket
      bucket = now
      if (hasMoved || touched === null || touched.some((one) => covers(question, scope, one))) isStale = true
      refresh()
    },
    expire() {
      expired = new CodedError('CURSOR_EXPIRED', 'The books were restored: subscribe again.')
      for (const outlet of [...members.keys()]) outlet.fail(expired)
    },
    start: async () => 0,
    join(outlet) {
      if (expired !== null) return outlet.fail(expired)
      const member: Member = { sent: null, isWaiting: false }
      members.set(outlet, member)
      send(outlet, member)
    },
    leave: (outlet) => void members.delete(outlet),
    checkpoint: () => null,
    stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
  return group
}

const bucketOf = (nowMs: number) => Math.floor(nowMs / bucketMs)

/** Whether these figures may be in the report. What it is filtered by besides is not looked at. */
function covers({ ids, test }: Question, scope: Scope, touched: Touched): boolean {
  if (touched.test !== test) return false
  if (scope.advertiserId !== null && touched.advertiserId !== scope.advertiserId) return false
  if (scope.affiliateId !== null && touched.affiliateId !== scope.affiliateId) return false
  return (
    (ids.campaign_id?.includes(touched.campaignId) ?? true) &&
    (ids.advertiser_id?.includes(touched.advertiserId) ?? true) &&
    (ids.affiliate_id?.includes(touched.affiliateId) ?? true)
  )
}
