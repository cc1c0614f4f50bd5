import { byKeyword, type Delay, watchingSockets } from './live-latency.js'
import { type Holding, idleSockets } from './live-memory.js'
import { type Rate, subscribedSockets } from './live-rates.js'
import { median } from './median.js'
import type { Row } from './results.js'

/** All that was measured of one thing, a round each. */
export interface RateRounds {
  readonly one: Rate[]
  readonly together: Rate[]
  readonly filtered: Rate[]
  readonly bare: Rate[]
  readonly graphqlWs: Rate[]
  readonly mercurius: Rate[]
}

export interface HoldingRounds {
  readonly ours: Holding[]
  readonly bare: Holding[]
  readonly graphqlWs: Holding[]
}

export interface DelayRounds {
  readonly all: Delay[]
  readonly twentieth: Delay[]
}

export const rateRounds = (): RateRounds => ({
  one: [],
  together: [],
  filtered: [],
  bare: [],
  graphqlWs: [],
  mercurius: [],
})

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
const middle = <One>(rounds: readonly One[], of: (one: One) => number): number => median(rounds.map(of))
const speed = ({ perSecond }: Rate): number => perSecond

function row(name: string, ours: string, reference: string, ratio: number, goal: string): Row {
  return { name, ours, reference, ratio: ratio.toFixed(2), goal }
}

export function rateRows(rounds: RateRounds): Row[] {
  const against = (
    name: string,
    ours: readonly Rate[],
    reference: string,
    theirs: readonly Rate[],
    goal: string,
  ): Row => {
    const [mine, other] = [middle(ours, speed), middle(theirs, speed)]
    return row(name, whole(mine), `${reference} ${whole(other)}`, mine / other, goal)
  }
  const { one, together, filtered, bare, graphqlWs, mercurius } = rounds
  const name = `deliveries/s, ${whole(subscribedSockets)} subscribers`
  return [
    against(`${name}, one change at a time`, one, 'bare ws', bare, '≥ 1.0, stretch 1.2'),
    against(`${name}, one change at a time`, one, 'graphql-ws', graphqlWs, '≥ 6'),
    against(`${name}, one change at a time`, one, 'Mercurius', mercurius, '≥ 6'),
    against(`${name}, 20 changes at a time`, together, 'bare ws, one at a time', bare, '≥ 4'),
    against(`${name}, 100 filters of a tenth, ten changes at a time`, filtered, 'bare ws, no filter', bare, '≥ 0.8'),
  ]
}

export function holdingRows({ ours, bare, graphqlWs }: HoldingRounds): Row[] {
  const each = ({ bytesEach }: Holding) => bytesEach
  const later = ({ bytesLater }: Holding) => bytesLater
  const more = ({ bytesMore }: Holding) => bytesMore ?? Number.NaN
  const micros = ({ subscribeMicros }: Holding) => subscribeMicros ?? Number.NaN
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} KB`
  const against = (name: string, of: (one: Holding) => number, reference: string, theirs: Holding[], goal: string) => {
    const [mine, other] = [middle(ours, of), middle(theirs, of)]
    return row(name, kilobytes(mine), `${reference} ${kilobytes(other)}`, mine / other, goal)
  }
  const subscribing = [middle(ours, micros), middle(graphqlWs, micros)] as const
  const name = `memory of an idle subscription, of ${whole(idleSockets)}`
  return [
    against(name, each, 'bare ws socket', bare, '≤ 1.5'),
    against(name, each, 'graphql-ws', graphqlWs, '–'),
    against('the same, of the later half of them', later, 'bare ws socket', bare, '–'),
    against('memory of a further one on a socket', more, 'graphql-ws', graphqlWs, '≤ 3 KB'),
    row(
      'processor time to subscribe',
      `${subscribing[0].toFixed(0)} µs`,
      `graphql-ws ${subscribing[1].toFixed(0)} µs`,
      subscribing[0] / subscribing[1],
      '–',
    ),
  ]
}

export function delayRows(rounds: DelayRounds, allPerSecond: number, twentiethPerSecond: number): Row[] {
  const ms = (delays: readonly Delay[], of: (delay: Delay) => number) => middle(delays, of).toFixed(1)
  const both = (name: string, delays: readonly Delay[], goal: string): Row[] => [
    {
      name: `${name}: from sending the postback, p50 and p99`,
      ours: `${ms(delays, ({ sent }) => sent.p50Ms)} and ${ms(delays, ({ sent }) => sent.p99Ms)} ms`,
      reference: '–',
      ratio: '–',
      goal,
    },
    {
      name: `${name}: from its answer, p50 and p99`,
      ours: `${ms(delays, ({ answered }) => answered.p50Ms)} and ${ms(delays, ({ answered }) => answered.p99Ms)} ms`,
      reference: '–',
      ratio: '–',
      goal,
    },
  ]
  return [
    ...both(
      `last of ${whole(watchingSockets)} sockets at ${whole(allPerSecond)} changes/s`,
      rounds.all,
      'p99 ≤ 25 ms from the commit',
    ),
    ...both(
      `last of ${watchingSockets / byKeyword.length} of ${whole(watchingSockets)} at ${whole(twentiethPerSecond)} changes/s`,
      rounds.twentieth,
      '–',
    ),
  ]
}

export const setNotes = (rounds: number): string[] => [
  `Servers, subscribers and database on the same machine, the subscribers in a process of their own that counts frames; ` +
    `every subscription under a UUID of its own; ours and the references in turns, each time in processes of their own, median of ${rounds}`,
  'Deliveries: ours is driven from inside, behind the commit, without a database in the way; the next change goes out ' +
    'when the last is with the system’s buffers, for all servers alike; graphql-ws with an async iterator for its PubSub ' +
    'and Mercurius with its own, the same selection of the same change, compression off everywhere',
  'Checked: every subscriber got as many messages as there were changes that pass its filter; of some, every message was read, and was the next of these changes',
  'Memory: resident, after garbage collection, once it is steady, against the same process without subscribers; the later half is without what a heap grows by once; time to subscribe: of further subscriptions on open sockets',
]

/** What the rows do not tell: what a delivery took, and whether the subscribers kept up. */
export function rateNotes(rounds: RateRounds): string[] {
  const note = (name: string, rates: readonly Rate[]) => {
    const micros = middle(rates, ({ cpuMicros }) => cpuMicros).toFixed(2)
    const bytes = whole(middle(rates, (rate) => rate.bytes))
    const busy = whole(100 * middle(rates, ({ subscribersBusy }) => subscribersBusy))
    const lag = whole(Math.max(...rates.map(({ lagMs }) => lagMs)))
    return `${name}: ${micros} µs of the server's processor time a delivery, ${bytes} bytes each; the subscribers' process was busy ${busy} % and had the last at most ${lag} ms after it was written`
  }
  return [
    note('One change at a time', rounds.one),
    note('20 at a time', rounds.together),
    note('100 filters', rounds.filtered),
    note('Bare ws', rounds.bare),
    note('graphql-ws', rounds.graphqlWs),
    note('Mercurius', rounds.mercurius),
  ]
}

export function delayNotes({ all, twentieth }: DelayRounds): string[] {
  const micros = (delays: readonly Delay[]) => {
    const known = delays.flatMap(({ cpuMicros }) => cpuMicros ?? [])
    return known.length === 0 ? 'unknown' : `${median(known).toFixed(1)} µs`
  }
  const late = Math.max(...[...all, ...twentieth].map(({ lateP99Ms }) => lateP99Ms)).toFixed(1)
  return [
    'The time to the last socket: from when a postback was due (before its commit, so somewhat more than from its commit), ' +
      'and from when its answer was read (after its commit, so somewhat less); until the last socket that must have the ' +
      `change has read it. Up to ${late} ms of the former is the generator’s own, at p99`,
    `In Node, intake included, a delivery took ${micros(all)} where all see all, ${micros(twentieth)} where each sees a twentieth`,
  ]
}
