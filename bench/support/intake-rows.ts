import { countSent, type Tally } from './check-books.js'
import { median } from './median.js'
import type { OpenLoopResult } from './open-loop.js'
import type { Row } from './results.js'
import type { Paces, Sample } from './throughput.js'
import { trafficSize } from './traffic.js'
import { wrkThreads } from './wrk.js'

export interface Series {
  readonly connections: number
  readonly ours: Sample[]
  readonly bare: number[]
  readonly insert: number[]
}

export const series = (connections: number): Series => ({ connections, ours: [], bare: [], insert: [] })

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
export const oursPerSecond = ({ ours }: Series): number => median(ours.map(({ perSecond }) => perSecond))

function rateRow(name: string, ours: number, reference: string, theirs: number, goal: string): Row {
  const ratio = (ours / theirs).toFixed(3)
  return { name, ours: whole(ours), reference: `${reference} ${whole(theirs)}`, ratio, goal }
}

const bareGoals: Readonly<Record<number, string>> = { 128: '≥ 0.18, stretch 0.25; first aim 0.10' }

export function throughputRows(postbacks: readonly Series[], clicks: Series): Row[] {
  const againstBare = postbacks.map((one) =>
    rateRow(
      `postbacks/s, ${one.connections} connections`,
      oursPerSecond(one),
      'bare Fastify',
      median(one.bare),
      bareGoals[one.connections] ?? '–',
    ),
  )
  const againstInsert = postbacks
    .filter(({ insert }) => insert.length > 0)
    .map((one) =>
      rateRow(
        `postbacks/s, ${one.connections} connections`,
        oursPerSecond(one),
        'one INSERT each',
        median(one.insert),
        '≥ 1.5, stretch 2; first aim 1.0',
      ),
    )
  const clickName = `clicks/s, ${clicks.connections} connections`
  const clickRow = rateRow(clickName, oursPerSecond(clicks), 'bare Fastify', median(clicks.bare), '≥ 0.25')
  return [...againstBare, ...againstInsert, clickRow]
}

export function latencyRow(name: string, perSecond: number, results: readonly OpenLoopResult[], goalMs: number): Row {
  const p50 = median(results.map(({ p50Ms }) => p50Ms)).toFixed(1)
  const p99 = median(results.map(({ p99Ms }) => p99Ms)).toFixed(1)
  return {
    name: `${name} at ${whole(perSecond)}/s, p50 and p99`,
    ours: `${p50} and ${p99} ms`,
    reference: '–',
    ratio: '–',
    goal: `p99 ≤ ${goalMs} ms`,
  }
}

export function startRow(firstMs: number, secondMs: readonly number[]): Row {
  const second = median(secondMs)
  return {
    name: 'start to ready, second start',
    ours: `${(second / 1000).toFixed(2)} s`,
    reference: `first start ${(firstMs / 1000).toFixed(2)} s`,
    ratio: (second / firstMs).toFixed(3),
    goal: '≤ 2 s',
  }
}

/** Where a request's processor time went, and what was still owed when its answer was out. */
export function costNote(name: string, { connections, ours }: Series): string {
  const micros = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null)
    return known.length === 0 ? 'unknown' : `${median(known).toFixed(0)} µs`
  }
  const node = micros(ours.map(({ nodeMicros }) => nodeMicros))
  const postgres = micros(ours.map(({ postgresMicros }) => postgresMicros))
  const behind = whole(Math.max(...ours.map(({ backlog }) => backlog.positions)))
  const waited = (Math.max(...ours.map(({ backlog }) => backlog.waitedMs)) / 1000).toFixed(1)
  return (
    `A ${name} at ${connections} connections took ${node} of processor time in Node and ${postgres} in PostgreSQL, ` +
    `folding of the roll-ups included; a second after a load they were at most ${behind} positions behind, and all ` +
    `was quiet at most ${waited} s later`
  )
}

export function lateNote(results: readonly OpenLoopResult[]): string {
  const late = Math.max(...results.map(({ lateP99Ms }) => lateP99Ms)).toFixed(1)
  return `Open-loop latencies count from when a request was due; the generator's own part in them is ${late} ms at p99, at worst`
}

export function checkedNote({ postbacks, clicks }: Tally): string {
  return (
    `${whole(countSent(postbacks))} postbacks and ${whole(clicks)} clicks answered are as many receipts, orders ` +
    'credited once and clicks in the books, with the figures of the reports to the last decimal'
  )
}

export function mixNotes({ rounds, ours, insert, bare, openLoop }: Paces): string[] {
  const { clicks, links, affiliates, campaigns, advertisers } = trafficSize
  const pace = (name: string, { warmUpSeconds, seconds }: Paces['ours']) => `${name} ${warmUpSeconds} + ${seconds} s`
  return [
    `Load: wrk with ${wrkThreads} thread, load generator, server and database on the same machine; warm-up and ` +
      `measurement: ${[pace('ours', ours), pace('INSERT', insert), pace('bare', bare), pace('open loop', openLoop)].join(', ')}; ` +
      `ours and the references in turns, median of ${rounds}`,
    `Postbacks: GET with token, click_id, txid and amount; 95 % new orders, 4 % copies of a request 1,000 orders back, ` +
      `1 % naming a click that is nobody's; ${whole(clicks)} clicks of ${links} links, ${affiliates} affiliates, ` +
      `${campaigns} campaigns and ${advertisers} advertisers in one workspace; the ledger begins empty and is not emptied in between`,
    `Clicks: ${links} links, a new visitor each, by random addresses that are looked up; 100 browsers, 20 keywords`,
    'Durability: fsync, full_page_writes and synchronous_commit are on for ours and for INSERT, on the same PostgreSQL',
  ]
}
