import type { Rows } from '../../src/database/rows.js'
import type { Interval } from '../../src/reporting/question.js'

/**
 * The clocks on the walls of a zone, as Intl knows them. Within a stretch they run as UTC does, a fixed offset ahead; at
 * its end they jump. A day begins with the first instant at which they show it: where midnight is left out, after the
 * jump; where it comes twice, with the first.
 */
export interface Stretch {
  readonly fromMs: number
  readonly toMs: number
  readonly aheadMs: number
}

export interface Zone {
  readonly name: string
  readonly stretches: readonly Stretch[]
  /** What the clocks show, as if it were UTC. */
  shown(atMs: number): number
  /** The first instant at which they show this or later. */
  firstInstant(shownMs: number): number
  /** Where the bucket begins that an instant is in. */
  bucketOf(atMs: number, interval: Interval): number
}

const minuteMs = 60_000
const quarterMs = 15 * minuteMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
/** Nowhere do the clocks jump twice within it. */
const probeMs = 6 * hourMs

/** Zones by name, each looked at once, between the two instants. */
export function createZones(fromMs: number, toMs: number): (name: string) => Zone {
  const known = new Map<string, Zone>()
  return (name) => {
    const zone = known.get(name) ?? createZone(name, fromMs, toMs)
    known.set(name, zone)
    return zone
  }
}

function createZone(name: string, fromMs: number, toMs: number): Zone {
  const stretches = findStretches(name, fromMs, toMs)
  const [first] = stretches as [Stretch] // there is one, if only the whole time
  const aheadAt = (atMs: number) => (stretches.findLast((stretch) => stretch.fromMs <= atMs) ?? first).aheadMs
  const shown = (atMs: number) => atMs + aheadAt(atMs)

  function firstInstant(shownMs: number): number {
    if (shownMs < shown(fromMs)) throw new RangeError(`${name} is not known so far back`)
    for (const { fromMs: beginMs, toMs: endMs, aheadMs } of stretches) {
      const atMs = Math.max(beginMs, shownMs - aheadMs)
      if (atMs < endMs) return atMs
    }
    throw new RangeError('the last stretch has no end')
  }

  function bucketOf(atMs: number, interval: Interval): number {
    const wallMs = shown(atMs)
    const day = Math.floor(wallMs / dayMs)
    const date = new Date(wallMs)
    switch (interval) {
      case 'QUARTER_HOUR':
        return Math.floor(atMs / quarterMs) * quarterMs
      case 'HOUR':
        // A full hour by the offset in force: an hour that comes twice is two, and one that is left out is none.
        return Math.floor(wallMs / hourMs) * hourMs - aheadAt(atMs)
      case 'DAY':
        return firstInstant(day * dayMs)
      case 'WEEK':
        // The first day of 1970 was a Thursday.
        return firstInstant((Math.floor((day + 3) / 7) * 7 - 3) * dayMs)
      case 'MONTH':
        return firstInstant(Date.UTC(date.getUTCFullYear(), date.getUTCMonth()))
    }
  }

  return { name, stretches, shown, firstInstant, bucketOf }
}

function findStretches(name: string, fromMs: number, toMs: number): Stretch[] {
  const fields = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
  const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
  // Swedish writes dates as ISO 8601 does.
  const wall = new Intl.DateTimeFormat('sv-SE', { timeZone: name, ...fields, ...time })
  const aheadAt = (atMs: number) => Date.parse(`${wall.format(atMs).replace(' ', 'T')}Z`) - atMs
  const stretches: Stretch[] = []
  let beginMs = fromMs
  let aheadMs = aheadAt(fromMs)
  for (let atMs = fromMs + probeMs; atMs <= toMs; atMs += probeMs) {
    const nextMs = aheadAt(atMs)
    if (nextMs === aheadMs) continue
    let [before, after] = [atMs - probeMs, atMs]
    while (after - before > 1_000) {
      const middle = Math.floor((before + after) / 2_000) * 1_000
      if (aheadAt(middle) === aheadMs) before = middle
      else after = middle
    }
    stretches.push({ fromMs: beginMs, toMs: after, aheadMs })
    beginMs = after
    aheadMs = nextMs
  }
  return [...stretches, { fromMs: beginMs, toMs: Number.POSITIVE_INFINITY, aheadMs }]
}

/** Of these zones, those for which the server's rules are the same as Node's; the others are told apart by name. */
export async function agreeOnZones(rows: Rows, zones: readonly Zone[], fromMs: number, toMs: number) {
  const instants = zones.flatMap(({ name, stretches, shown }) => {
    const jumps = stretches.slice(1).flatMap((stretch) => [stretch.fromMs - 1_000, stretch.fromMs])
    const weeks = Math.floor((toMs - fromMs) / (7 * dayMs))
    const probes = Array.from({ length: weeks }, (_, week) => fromMs + week * 7 * dayMs)
    return [...jumps, ...probes].map((atMs) => [name, atMs / 1000, shown(atMs) / 1000] as const)
  })
  const found = await rows<{ name: string; same: boolean }>(
    `select w.name, bool_and(n.name is not null
              and extract(epoch from to_timestamp(w.at) at time zone coalesce(n.name, 'UTC')) = w.shown) as same
       from unnest($1::text[], $2::float8[], $3::float8[]) as w (name, at, shown)
       left join pg_timezone_names n on n.name = w.name group by w.name`,
    [instants.map(([name]) => name), instants.map(([, at]) => at), instants.map(([, , wall]) => wall)],
  )
  const same = new Set(found.filter((row) => row.same).map(({ name }) => name))
  return {
    agreed: zones.filter(({ name }) => same.has(name)),
    differing: zones.filter(({ name }) => !same.has(name)).map(({ name }) => name),
  }
}
