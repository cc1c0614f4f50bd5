import Big from 'big.js'
import { decodeId } from '../../src/kernel/ids.js'
import { counts, sums } from './raw-sql.js'
import type { ReportQuestion } from './report-questions.js'

/** A report's rows by their key, with each figure as the shortest text of its exact value; null: not for these eyes. */
export type Answer = ReadonlyMap<string, Figures>
type Figures = Readonly<Record<string, string | null>>

type Measure = (typeof counts)[number] | (typeof sums)[number]

/** What the product calls them. */
const metricOf = {
  clicks: 'clicks',
  unique_clicks: 'uniqueClicks',
  bot_clicks: 'botClicks',
  pending: 'pending',
  approved: 'approved',
  rejected: 'rejected',
  reversed: 'reversed',
  cost: 'cost',
  sale_amount: 'saleAmount',
  revenue: 'revenue',
  payout: 'payout',
} as const satisfies Record<Measure, string>

const measures = Object.keys(metricOf) as Measure[] // they are its keys
const totalsKey = 'totals'

/** Every sum of a report, so that nothing in it can be wrong unseen. */
const metrics = `{ ${Object.values(metricOf).join(' ')} }`
export const checkQuery = `query ($query: PerformanceInput!) {
  performance(query: $query) { truncated totals ${metrics} rows { bucket key metrics ${metrics} } }
}`

export interface CheckData {
  readonly performance: {
    readonly truncated: boolean
    readonly totals: Metrics
    readonly rows: readonly { bucket: string | null; key: Readonly<Record<string, string>>; metrics: Metrics }[]
  }
}
type Metrics = Readonly<Record<string, string | number | null>>

export function readAnswer({ performance: { rows, totals, truncated } }: CheckData): Answer {
  if (truncated) throw new Error('the report has more rows than were asked for')
  const figures = (of: Metrics): Figures =>
    Object.fromEntries(measures.map((measure) => [measure, exact(of[metricOf[measure]] ?? null)]))
  const answer = new Map(rows.map(({ bucket, key, metrics }) => [keyOf(bucket, Object.values(key)), figures(metrics)]))
  return answer.set(totalsKey, figures(totals))
}

type RawRow = Readonly<Record<string, string | null>>

/** The same of rows that `rawSql` gave, with totals that are added up here. */
export function readRaw(question: ReportQuestion, rows: readonly RawRow[]): Answer {
  const hidden: readonly string[] = question.byAffiliate ? ['sale_amount', 'revenue'] : []
  const figures = (of: (measure: Measure) => Big): Figures =>
    Object.fromEntries(measures.map((measure) => [measure, hidden.includes(measure) ? null : of(measure).toFixed()]))
  const answer = new Map(
    rows.map((row) => [
      keyOf(
        row.bucket == null ? null : new Date(Number(row.bucket)).toISOString(),
        question.groupBy.map((_, index) => row[`key${index}`] ?? ''),
      ),
      figures((measure) => new Big(row[measure] ?? 0)),
    ]),
  )
  const total = (measure: Measure) => rows.reduce((sum, row) => sum.plus(row[measure] ?? 0), new Big(0))
  return answer.set(totalsKey, figures(total))
}

const exact = (value: string | number | null): string | null => (value === null ? null : new Big(value).toFixed())

/** Ids as they are inside, whatever they look like outside. */
const keyOf = (bucket: string | null, values: readonly string[]): string =>
  [bucket ?? '', ...values.map((value) => decodeId('cmp', value) ?? value)].join(' | ')

const fewDifferences = 5

/** What is in one and not in the other, or differs: a few lines, none if they are the same. */
export function differences(ours: Answer, theirs: Answer): string[] {
  const keys = [...new Set([...ours.keys(), ...theirs.keys()])]
  const text = (figures: Figures | undefined) => (figures === undefined ? 'no such row' : JSON.stringify(figures))
  return keys
    .filter((key) => text(ours.get(key)) !== text(theirs.get(key)))
    .slice(0, fewDifferences)
    .map((key) => `${key}: ${text(ours.get(key))}, expected ${text(theirs.get(key))}`)
}
