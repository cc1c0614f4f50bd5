import { median } from '../support/median.js'
import type { Row } from '../support/results.js'
import { wrkThreads } from '../support/wrk.js'
import type { Latency } from './ask-report.js'
import type { Data, DataSizes } from './make-data.js'
import type { Latencies, Load, Loads, Measured, Paces } from './measure-reports.js'

const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
const rate = (value: number): string => (value < 100 ? value.toFixed(1) : whole(value))
const ms = (value: number): string =>
  `${value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : whole(value)} ms`
const times = (value: number): string => (value < 10 ? value.toFixed(2) : whole(value))

export function reportRows({ loads, latencies, exports, copyPerSecond }: Measured, data: Data): Row[] {
  const main = latencies.filter(({ groupByMs }) => groupByMs.length > 0)
  const more = latencies.filter(({ groupByMs }) => groupByMs.length === 0)
  return [
    ...loads.map(loadRow),
    ...main.flatMap(latencyRows),
    ...main.map((one) => growthRow(one, data)),
    ...exportRows(exports, copyPerSecond),
    ...more.map(({ question, large }) => {
      const ours = middle(large)
      return {
        name: question.label,
        ours: typeof ours === 'string' ? ours : ms(ours),
        reference: '–',
        ratio: '–',
        goal: '–',
      }
    }),
  ]
}

/** The median, or why there is none. */
function middle(rounds: readonly Latency[]): number | string {
  const found: number[] = []
  for (const latency of rounds) {
    if (latency.refused !== null) return `refused: ${latency.refused}`
    found.push(latency.ms)
  }
  return median(found)
}

function loadRow({ question, connections, ours, bare }: Loads): Row {
  const goal = '≥ 0.8'
  const name = `reports/s, ${question.label}, ${connections} connections`
  const said = (all: readonly Load[]) =>
    all.length === 0
      ? 'refused'
      : all.some(({ failed }) => failed)
        ? 'failed under this load'
        : rate(median(all.map(({ perSecond }) => perSecond)))
  const [mine, other] = [ours, bare].map((all) => median(all.map(({ perSecond }) => perSecond)))
  const isWhole = ours.length > 0 && [...ours, ...bare].every(({ failed }) => !failed)
  const ratio = isWhole ? ((mine ?? 0) / (other ?? 0)).toFixed(3) : '–'
  return { name, ours: said(ours), reference: `bare Fastify ${said(bare)}`, ratio, goal }
}

function latencyRows({ question, large, groupByMs, duckMs }: Latencies): Row[] {
  const ours = middle(large)
  const against = (reference: string, theirs: number, goal: string): Row => ({
    name: `latency, ${question.label}`,
    ours: typeof ours === 'string' ? ours : ms(ours),
    reference: `${reference} ${ms(theirs)}`,
    ratio: typeof ours === 'string' ? '–' : times(theirs / ours),
    goal,
  })
  return [against('GROUP BY', median(groupByMs), '≥ 100'), against('DuckDB', median(duckMs), '≥ 5')]
}

function growthRow({ question, large, small }: Latencies, data: Data): Row {
  const [many, few] = [middle(large), middle(small)]
  const said = (value: number | string) => (typeof value === 'string' ? value : ms(value))
  return {
    name: `latency, ${question.label}, ${whole(data.large.made.clicks)} clicks`,
    ours: said(many),
    reference: `${whole(data.small.made.clicks)} clicks ${said(few)}`,
    ratio: typeof many === 'string' || typeof few === 'string' ? '–' : (many / few).toFixed(2),
    goal: '≤ 1.2',
  }
}

function exportRows(exports: Measured['exports'], copyPerSecond: readonly number[]): Row[] {
  if (exports.length === 0) {
    return [
      { name: 'export of conversions as CSV', ours: 'route not there', reference: '–', ratio: '–', goal: '≥ 0.5' },
    ]
  }
  const [ours, theirs] = [median(exports.map(({ perSecond }) => perSecond)), median(copyPerSecond)]
  const growths = exports.flatMap(({ growthBytes }) => growthBytes ?? [])
  return [
    {
      name: 'conversions/s exported as CSV',
      ours: whole(ours),
      reference: `COPY ${whole(theirs)}`,
      ratio: (ours / theirs).toFixed(2),
      goal: '≥ 0.5',
    },
    {
      name: 'memory growth of the server meanwhile',
      ours: growths.length === 0 ? 'unknown' : `${(median(growths) / 1e6).toFixed(1)} MB`,
      reference: '–',
      ratio: '–',
      goal: '≤ 50 MB',
    },
  ]
}

export function reportNotes(
  measured: Measured,
  data: Data,
  { large }: DataSizes,
  paces: Paces,
  facts: Facts,
): string[] {
  const { made } = data.large
  const { rounds, load, latency } = paces
  return [
    `Books: ${whole(made.clicks)} clicks, ${whole(made.conversions)} conversions and ${whole(made.position)} changes of ` +
      `${large.days} days, and the same with ${whole(data.small.made.clicks)} and ${whole(data.small.made.conversions)}, in two ` +
      `databases of one server; 20 campaigns, 40 affiliates, 200 links, ${facts.combinations}; days by Europe/Berlin; ` +
      `${(facts.bytes / 1e9).toFixed(1)} GB, and ${(facts.duckBytes / 1e9).toFixed(1)} GB in DuckDB ${facts.duckVersion}`,
    `Load: wrk with ${wrkThreads} thread, warm-up and measurement ${load.warmUpSeconds} + ${load.seconds} s; load generator, server ` +
      `and database on the same machine; ours and the references in turns, each time in processes of their own, median of ${rounds}`,
    'Bare Fastify: the product’s own statements for the same answer, and the same JSON of it, without authentication, ' +
      'GraphQL or a snapshot; a pool of 20 connections for both',
    `Latency: over HTTP, one request after the other, ${latency.warmUps} first that do not count, until the answer is read; median ` +
      `of up to ${latency.times} a round. GROUP BY over the raw rows by PostgreSQL as it is set up, parallel workers and all, once a ` +
      `round, everything read before; DuckDB ${paces.duckTimes} times a round, in a process of its own, with all cores`,
    ...measured.loads.flatMap(costNote),
    checkedNote(measured),
  ]
}

function checkedNote({ latencies, exports }: Measured): string {
  const refused = latencies.filter(({ large, small }) => [...large, ...small].some((one) => one.refused !== null))
  return [
    'Checked: rows and totals of every report, on both databases, are those of the raw rows, to the last decimal, by ' +
      'PostgreSQL and, where it is measured, by DuckDB; the bare route’s answers are the product’s',
    ...(exports.length > 0 ? ['the export has every conversion once, with its money'] : []),
    ...(refused.length > 0
      ? [`not what was refused: ${refused.map(({ question }) => question.label).join('; ')}`]
      : []),
  ].join('; ')
}

export interface Facts {
  readonly bytes: number
  readonly duckBytes: number
  readonly duckVersion: string
  readonly combinations: string
}

/** Where the time of a report goes. */
function costNote({ question, connections, ours, bare }: Loads): string[] {
  if (ours.length === 0 || [...ours, ...bare].some(({ failed }) => failed)) return []
  const middleOf = (all: readonly Load[], of: 'nodeMs' | 'postgresMs') => {
    const known = all.flatMap((one) => one[of] ?? [])
    return known.length === 0 ? 'unknown' : ms(median(known))
  }
  const cost = (all: readonly Load[]) =>
    `${middleOf(all, 'nodeMs')} in Node and ${middleOf(all, 'postgresMs')} in PostgreSQL`
  return [
    `A report of ${question.label} at ${connections} connections took ${cost(ours)} of processor time, behind bare Fastify ${cost(bare)}`,
  ]
}
