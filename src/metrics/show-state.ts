import type { PoolUse } from '../database/pool-use.js'
import type { Presence } from '../database/presence.js'
import type { Admission } from '../exports/admission.js'
import type { Connections } from '../graph/connections.js'
import type { Subscriptions } from '../graph/subscriptions.js'
import type { IntakeCounts } from '../intake/intake-counts.js'
import type { IntakeLimits, IntakeRates, LimitName } from '../intake/intake-limits.js'
import type { Clock } from '../kernel/clock.js'
import type { Tally } from '../kernel/tally.js'
import type { Queue, Relievable } from '../ledger/append.js'
import type { Progress } from '../ledger/read-progress.js'
import type { Bus } from '../live/bus.js'
import type { Tails } from '../live/tails.js'
import type { LiveCounts } from '../live/waiting-room.js'
import type { QueueingLedger } from '../spool/queueing-ledger.js'
import type { Spool } from '../spool/spool.js'
import type { Figure, Meters } from './meters.js'

export interface StateDeps {
  /** Of this program: `1.2.3`. */
  readonly version: string
  readonly clock: Clock
  readonly intake: {
    readonly counts: IntakeCounts
    readonly limits: Pick<IntakeLimits, 'refused'>
    readonly rates: IntakeRates
  }
  readonly ledger: Pick<QueueingLedger, 'isQueueing'>
  /** The ledger itself, which stands behind `ledger`. */
  readonly straight: Queue & Pick<Relievable, 'waitingSinceMs'>
  readonly maxQueued: number
  readonly presence: Pick<Presence, 'isAway'>
  readonly spool: Pick<Spool, 'entries' | 'bytes' | 'oldestAtMs' | 'setAsideCount'>
  readonly maxSpooled: { readonly entries: number; readonly bytes: number }
  readonly live: {
    readonly counts: LiveCounts
    readonly tails: Pick<Tails, 'size' | 'lag'> & { readonly bus: Pick<Bus, 'kind' | 'isConnected'> }
  }
  readonly connections: Pick<Connections, 'count' | 'refused'>
  readonly maxConnections: number
  readonly subscriptions: Pick<Subscriptions, 'count'>
  readonly exports: Pick<Admission, 'running'>
  readonly maxExports: number
}

/** What was read for one answer: of pools, and of the database, null where that did not answer in time. */
export interface Reading {
  readonly pools: readonly { readonly name: string; readonly max: number; readonly use: PoolUse }[]
  readonly progress: Progress | null
}

/** Shows what is there anyway; `latest` is the reading that this answer is made with. */
export function showState(meters: Meters, deps: StateDeps, latest: () => Reading): void {
  showIntake(meters, deps)
  showLedger(meters, deps)
  showSpool(meters, deps)
  showLive(meters, deps)
  showBooks(meters, deps, latest)
  const { gauge, gauges } = meters
  gauge('pulseback_exports_running', 'Exports under way', () => deps.exports.running)
  gauge('pulseback_exports_limit', 'How many may be under way on this node', () => deps.maxExports)
  gauges('pulseback_pool_connections', 'Connections to the database', ['pool', 'state'], () =>
    latest().pools.flatMap(({ name, use }): Figure[] => [
      [{ pool: name, state: 'busy' }, use.busy],
      [{ pool: name, state: 'idle' }, use.idle],
    ]),
  )
  gauges('pulseback_pool_waiting', 'Who waits for one', ['pool'], () =>
    latest().pools.map(({ name, use }): Figure => [{ pool: name }, use.waiting]),
  )
  gauges('pulseback_pool_limit', 'How many there may be', ['pool'], () =>
    latest().pools.map(({ name, max }): Figure => [{ pool: name }, max]),
  )
  gauges('pulseback_build_info', 'Always 1; the label says which version runs', ['version'], () => [
    [{ version: deps.version }, 1],
  ])
}

function showIntake({ counters, gauges }: Meters, { intake: { counts, limits, rates } }: StateDeps): void {
  const labels = ['outcome', 'reason']
  const byOutcome = (tally: Tally) => () =>
    [...tally.read()].map(([outcome, reason, count]): Figure => [{ outcome, reason }, count])
  counters(
    'pulseback_postbacks_total',
    'Postbacks that were answered, by outcome, NONE where nothing was decided, and reason code; entries of batches each',
    labels,
    byOutcome(counts.postbacks),
  )
  counters('pulseback_pixels_total', 'As postbacks, of what browsers report', labels, byOutcome(counts.pixels))
  counters(
    'pulseback_clicks_total',
    'Clicks that were answered: human, bot, burst (a bot by how often it came), ended (not kept), unknown (no such link), failed',
    ['kind'],
    () => [...counts.clicks.read()].map(([kind, , count]): Figure => [{ kind }, count]),
  )
  counters('pulseback_limited_total', 'Requests that were refused with 429, by limit', ['limit'], () =>
    Object.entries(limits.refused).map(([limit, count]): Figure => [{ limit }, count]),
  )
  const rateOf: Record<LimitName, number> = {
    advertiser: rates.postbacksPerAdvertiser,
    address: rates.postbacksPerAddress,
    failures: rates.failuresPerAddress,
    clicks: rates.clicksPerAddress,
  }
  gauges('pulseback_rate_limit', 'Requests a second that each limit lets pass; 0: it limits nothing', ['limit'], () =>
    Object.entries(rateOf).map(([limit, rate]): Figure => [{ limit }, rate]),
  )
}

function showLedger({ gauge }: Meters, { straight, maxQueued, ledger, presence }: StateDeps): void {
  gauge('pulseback_ledger_queued', 'Requests that wait for a batch', () => straight.queued)
  gauge('pulseback_ledger_queue_limit', 'How many may; what comes then goes to the spool', () => maxQueued)
  gauge('pulseback_ledger_oldest_wait_seconds', 'How long the oldest one without an answer has waited', () => {
    const sinceMs = straight.waitingSinceMs()
    return sinceMs === null ? 0 : Math.max(0, Date.now() - sinceMs) / 1000
  })
  gauge('pulseback_queueing', '1 while clicks and postbacks go to the spool', () => Number(ledger.isQueueing))
  gauge('pulseback_database_away', '1 while the database does not answer', () => Number(presence.isAway))
}

function showSpool({ gauge, counter }: Meters, { spool, maxSpooled, clock }: StateDeps): void {
  gauge('pulseback_spool_entries', 'Clicks and postbacks that wait to be booked', () => spool.entries)
  gauge('pulseback_spool_entries_limit', 'How many may', () => maxSpooled.entries)
  gauge('pulseback_spool_bytes', 'What they take on the disk', () => spool.bytes)
  gauge('pulseback_spool_bytes_limit', 'What they may take', () => maxSpooled.bytes)
  gauge('pulseback_spool_oldest_age_seconds', 'How long the oldest of them has waited', () =>
    spool.oldestAtMs === null ? 0 : Math.max(0, clock() - spool.oldestAtMs) / 1000,
  )
  counter('pulseback_spool_set_aside_total', 'Entries that the books will never take', () => spool.setAsideCount)
}

function showLive(
  { gauge, gauges, counter }: Meters,
  { live: { counts, tails }, connections, maxConnections, subscriptions }: StateDeps,
): void {
  gauge('pulseback_connections', 'WebSockets and event streams that are open', () => connections.count)
  gauge('pulseback_connections_limit', 'How many may be', () => maxConnections)
  counter(
    'pulseback_connections_refused_total',
    'Those that were not let in because there were too many, in all, of an address or of a key',
    () => connections.refused,
  )
  gauge('pulseback_subscriptions', 'Subscriptions that are followed', () => subscriptions.count().subscriptions)
  gauge('pulseback_subscription_groups', 'Different questions among them', () => subscriptions.count().groups)
  gauge('pulseback_live_workspaces', 'Workspaces that somebody follows on this node', () => tails.size)
  gauge('pulseback_live_behind_changes', 'Changes that are known of and not passed on, at most of any workspace', () =>
    tails.lag(),
  )
  counter('pulseback_live_messages_total', 'Messages sent to subscribers', () => counts.messages)
  counter('pulseback_live_catch_ups_total', 'Times that a reader read on from a place behind', () => counts.catchUps)
  gauge('pulseback_live_slow_readers', 'Readers whose peer does not take what was sent', () => counts.waiting)
  counter(
    'pulseback_live_sent_away_total',
    'Those that took too long, and were closed with 1013',
    () => counts.sentAway,
  )
  gauges('pulseback_bus_connected', '1 while other nodes can be told and heard over it', ['bus'], () =>
    tails.bus.kind === 'none' ? [] : [[{ bus: tails.bus.kind }, Number(tails.bus.isConnected)]],
  )
}

/** Of the whole installation: each node says the same, and none while the database is away. */
function showBooks({ gauge, gauges }: Meters, { clock }: StateDeps, latest: () => Reading): void {
  const shown = (name: string, help: string, read: (progress: Progress) => number) =>
    gauges(name, help, [], () => {
      const { progress } = latest()
      return progress === null ? [] : [[{}, read(progress)]]
    })
  gauge('pulseback_books_read', '1 if the database gave the figures of the books', () =>
    Number(latest().progress !== null),
  )
  shown('pulseback_books_workspaces', 'Workspaces', ({ workspaces }) => workspaces)
  shown('pulseback_books_position', 'Changes in the ledger, over all workspaces', ({ changes }) => changes)
  shown('pulseback_books_receipts', 'Receipts that were numbered', ({ receipts }) => receipts)
  shown('pulseback_books_parked', 'Postbacks that wait for what they lack, up to 100,000', ({ parked }) => parked)
  shown('pulseback_rollups_behind_changes', 'Changes that some roll-up lacks', (progress) => progress.unfoldedChanges)
  shown(
    'pulseback_rollups_behind_seconds',
    'How long the oldest change or click that one lacks has been booked',
    (progress) => (progress.oldestUnfoldedAt === null ? 0 : Math.max(0, clock() - progress.oldestUnfoldedAt) / 1000),
  )
}
