import { setTimeout as sleep } from 'node:timers/promises'
import type { Driving, Pace } from './drive.js'
import type { Driven } from './driven-child.js'
import type { LiveCatalog } from './inject-changes.js'
import type { LiveServer } from './live-servers.js'
import { campaignCount, everything, passes, type Question } from './questions.js'
import type { Heard, Opened } from './subscribers-protocol.js'

/** Deliveries of one measurement, and what one took. */
export interface Rate {
  readonly perSecond: number
  /** Of the server's processor time. */
  readonly cpuMicros: number
  readonly bytes: number
  /** How much of one core the subscribers' process used. */
  readonly subscribersBusy: number
  /** From the server's last write to the last subscriber's having it. */
  readonly lagMs: number
  /** A message as a subscriber got it. */
  readonly example: string
}

export interface RateOptions {
  readonly questions?: readonly Question[]
  readonly perCommit?: number
  /** What the peers are to send; ours says what. */
  readonly message?: string
}

export const subscribedSockets = 1_000
export const query = `subscription ($filter: ConversionFilter) {
  conversions(filter: $filter) {
    cursor kind status revenue payout
    conversion { id campaign { name } affiliate { name } }
  }
}`
/** The peers' schema has no filter: they are asked for everything. */
export const peerQuery = query.replace(' ($filter: ConversionFilter)', '').replace('(filter: $filter)', '')

const settleMs = 500
const restMs = 300
/** Enough of those who get a change that it is written when they have it; too few to cost the server much. */
const watchedEach = 8

export function createRates(subscribers: Driven, catalog: LiveCatalog, pace: Pace) {
  return async function measure(server: LiveServer, options: RateOptions = {}): Promise<Rate> {
    const { questions = [everything], perCommit = 1, message } = options
    await server.ask('watch')
    const { ports } = await subscribers.ask<Opened>('open', {
      url: server.url,
      sockets: subscribedSockets,
      connectionParams: server.connectionParams,
      query: server.name === 'ours' ? query : peerQuery,
      questions,
      subscribes: true,
      keepsTimes: false,
      settleMs,
    })
    const watch = watchFor(questions, ports)
    const driving = await server.ask<Driving>('drive', { pace, catalog, perCommit, watch, message })
    const from = driving.changes - driving.measured
    const heard = await subscribers.ask<Heard>('check', { changes: driving.changes, from })
    await subscribers.ask('close')
    await sleep(restMs)
    return rateOf(driving, heard, pace)
  }
}

function rateOf({ startedAtMs, endedAtMs, cpuMicros }: Driving, heard: Heard, pace: Pace): Rate {
  const wholeMs = heard.lastAtMs - startedAtMs
  return {
    perSecond: heard.deliveries / (wholeMs / 1000),
    cpuMicros: cpuMicros / heard.deliveries,
    bytes: heard.bytes,
    subscribersBusy: heard.cpuMicros / 1000 / (wholeMs + pace.warmUpMs),
    lagMs: heard.lastAtMs - endedAtMs,
    example: heard.example,
  }
}

/** By campaign, some of the ports at which its changes must arrive. */
function watchFor(questions: readonly Question[], ports: readonly number[]): number[][] {
  const questionOf = (index: number) => questions[index % questions.length] as Question // in range
  const isOne = questions.every(({ campaigns }) => campaigns === null)
  return Array.from({ length: isOne ? 1 : campaignCount }, (_, campaign) => {
    const getting = ports.filter((_port, index) => passes(questionOf(index), campaign))
    const step = Math.max(1, Math.floor(getting.length / watchedEach))
    return getting.filter((_port, index) => index % step === 0 || index === getting.length - 1)
  })
}
