import { join } from 'node:path'
import { readCpuTime } from './cpu-time.js'
import type { Driven } from './driven-child.js'
import { keywords } from './mix.js'
import { type OpenLoopResult, runOpenLoop } from './open-loop.js'
import { percentile } from './percentile.js'
import { adminKey, type Pulseback } from './pulseback.js'
import type { Question } from './questions.js'
import type { Arrival } from './subscribers-protocol.js'
import type { Traffic } from './traffic.js'

/** How long after a postback the last of the sockets that must have its change had it. */
export interface Delay {
  /** From when the postback was due: a little more than from its commit to the last socket. */
  readonly sent: Percentiles
  /** From when its answer was read, which is after its commit: a little less. */
  readonly answered: Percentiles
  readonly lateP99Ms: number
  /** A delivery's, in Node. */
  readonly cpuMicros: number | null
}

interface Percentiles {
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface DelayPlan {
  readonly perSecond: number
  readonly warmUpSeconds: number
  readonly seconds: number
  readonly questions: readonly Question[]
  /** Tells this load's orders from another's. */
  readonly run: number
}

export const watchingSockets = 1_000
const connections = 128
const settleMs = 500
const query = `subscription ($filter: ConversionFilter) {
  conversions(filter: $filter) {
    cursor kind status revenue payout
    conversion { id transactionId campaign { name } affiliate { name } }
  }
}`

/** Clicks go through the keywords in turn, so each of these sees a twentieth of what is booked. */
export const byKeyword: readonly Question[] = Array.from({ length: keywords }, (_, index) => ({
  variables: { filter: { keywords: [`word-${index}`] } },
  campaigns: null,
}))

export function createDelays(
  server: Pulseback,
  traffic: Traffic,
  subscribers: Driven,
  folder: string,
  signal: AbortSignal,
) {
  return async function measure({ perSecond, warmUpSeconds, seconds, questions, run }: DelayPlan): Promise<Delay> {
    await subscribers.ask('open', {
      url: server.url,
      sockets: watchingSockets,
      connectionParams: { authorization: `Bearer ${adminKey}` },
      query,
      questions,
      subscribes: true,
      keepsTimes: true,
      settleMs,
    })
    const before = await readCpuTime(server.pid, server.postmasterPid)
    const load = { kind: 'postback', perSecond, warmUpSeconds, seconds, connections, run } as const
    const plan = { ...load, url: server.url, targets: traffic.targets, keepsTimes: true }
    const result = await runOpenLoop(plan, join(folder, 'open-loop.json'), signal)
    const arrivals = await subscribers.ask<Arrival[]>('arrivals', { expected: result.sent.fresh })
    const after = await readCpuTime(server.pid, server.postmasterPid)
    await subscribers.ask('close')
    const deliveries = (arrivals.length * watchingSockets) / questions.length
    const cpuMicros = before === null || after === null ? null : ((after.node - before.node) * 1e6) / deliveries
    return { ...delaysOf(result, arrivals), lateP99Ms: result.lateP99Ms, cpuMicros }
  }
}

function delaysOf(
  { times = {}, sent }: OpenLoopResult,
  arrivals: readonly Arrival[],
): Pick<Delay, 'sent' | 'answered'> {
  const lastAtMs = new Map(arrivals.map(({ transactionId, atMs }) => [transactionId, atMs]))
  if (lastAtMs.size !== arrivals.length || arrivals.length !== sent.fresh) {
    throw new Error(`${sent.fresh} orders were booked, ${arrivals.length} arrived, ${lastAtMs.size} of them different`)
  }
  const fromSent: number[] = []
  const fromAnswered: number[] = []
  for (const [transactionId, { dueMs, answeredMs }] of Object.entries(times)) {
    const atMs = lastAtMs.get(transactionId)
    if (atMs === undefined) throw new Error(`order ${transactionId} was answered and did not arrive everywhere`)
    fromSent.push(atMs - dueMs)
    fromAnswered.push(atMs - answeredMs)
  }
  return { sent: percentilesOf(fromSent), answered: percentilesOf(fromAnswered) }
}

const percentilesOf = (all: number[]): Percentiles => ({ p50Ms: percentile(all, 0.5), p99Ms: percentile(all, 0.99) })
