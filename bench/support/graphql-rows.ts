import { median } from './median.js'
import type { Row } from './results.js'
import type { Timing } from './wrk-script.js'

/** One load on one server. */
export interface ListRate {
  readonly perSecond: number
  /** Microseconds of processor time a request; null where it cannot be told. */
  readonly nodeMicros: number | null
  readonly postgresMicros: number | null
}

/** All that is measured, a round each. */
export const listRounds = {
  ours: [] as ListRate[],
  mercurius: [] as ListRate[],
  mercuriusApart: [] as ListRate[],
  bare: [] as ListRate[],
  oursInMemory: [] as ListRate[],
  mercuriusInMemory: [] as ListRate[],
  bareInMemory: [] as ListRate[],
}
export type ListRounds = typeof listRounds

export const titles: Readonly<Record<keyof ListRounds, string>> = {
  ours: 'ours',
  mercurius: 'Mercurius with JIT, one snapshot',
  mercuriusApart: 'Mercurius with JIT, no transaction',
  bare: 'bare Fastify, one snapshot',
  oursInMemory: 'ours, rows in memory',
  mercuriusInMemory: 'Mercurius with JIT',
  bareInMemory: 'bare Fastify',
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
const speed = (rates: readonly ListRate[]): number => median(rates.map(({ perSecond }) => perSecond))

export function listRows(rounds: ListRounds, connections: number): Row[] {
  const name = `50-row list/s, ${connections} connections`
  const against = (title: string, ours: keyof ListRounds, reference: keyof ListRounds, goal: string): Row => {
    const [mine, other] = [speed(rounds[ours]), speed(rounds[reference])]
    const ratio = (mine / other).toFixed(2)
    return { name: title, ours: whole(mine), reference: `${titles[reference]} ${whole(other)}`, ratio, goal }
  }
  return [
    against(name, 'ours', 'mercurius', '≥ 1.0'),
    against(name, 'ours', 'mercuriusApart', '–'),
    against(name, 'ours', 'bare', '–'),
    against(`${name}, rows in memory`, 'oursInMemory', 'mercuriusInMemory', '≥ 1.0'),
    against(`${name}, rows in memory`, 'oursInMemory', 'bareInMemory', '–'),
  ]
}

export function listNotes(rounds: ListRounds, conversions: number, count: number, timing: Timing): string[] {
  const micros = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null)
    return known.length === 0 ? 'unknown' : `${median(known).toFixed(0)} µs`
  }
  const costs = (Object.keys(titles) as (keyof ListRounds)[]).map((one) => {
    const node = micros(rounds[one].map(({ nodeMicros }) => nodeMicros))
    const postgres = micros(rounds[one].map(({ postgresMicros }) => postgresMicros))
    return `${titles[one]} ${node} and ${postgres}`
  })
  return [
    `Load: wrk with 1 thread, one operation over and over; ${timing.warmUpSeconds} + ${timing.seconds} s a server, in turns, ` +
      `servers started anew each round, median of ${count}`,
    `The list: 50 of ${whole(conversions)} conversions, nine fields each and the name of campaign and affiliate`,
    `Processor time a request, in Node and in PostgreSQL: ${costs.join('; ')}`,
    'Checked: every server gives the same bytes before and after its load, and refuses another key',
  ]
}
