import type { Cursors } from '../access/cursor.js'
import type { Scope } from '../access/scope.js'
import type { Rows } from '../database/rows.js'
import { badInput } from '../kernel/errors.js'
import { clicksKeptFromMs } from '../ledger/retention.js'
import { chooseSource, needsOf, type Parent } from './choose-grains.js'
import { explainReport, type ReportExplanation } from './explain-report.js'
import { clickIds, lowestConversionId, type ReportPlan, render } from './figures-sql.js'
import { Metrics, type Sums, sums } from './metrics.js'
import type { PerformanceReportType } from './performance.type.js'
import { performanceSql } from './performance-sql.js'
import { type Question, tooComplex } from './question.js'
import { type Range, readRange } from './range-sql.js'
import { ReportRow, type RowOfReport } from './report-row.js'

/** How many raw rows a report may read when no roll-up has its dimensions. */
const defaultMaxRawRows = 500_000

interface AnswerRow extends RowOfReport {
  readonly part: number | null
  readonly parent: string | null
  // Of the first row; null in most others.
  readonly head_position: string
  readonly head_revision: string
  readonly head_catalog_version: string
  readonly head_epoch: number
  readonly mark_position: string
  readonly mark_revision: string
}

export interface ReportReader {
  readonly rows: Rows
  readonly scope: Scope
  readonly cursors: Cursors
  readonly nowMs: number
  readonly maxRawRows?: number
  /** Told where each report was read, by those who want to know; counting costs about as much as the report. */
  readonly explain?: ((explanation: ReportExplanation) => void) | null
}

/** What the database answered, and about which stretch of time. */
interface Answer {
  readonly rows: readonly AnswerRow[]
  readonly range: Range
}

/** One report; or one for each record of a list, by its id, read at once. */
export async function readReport(reader: ReportReader, question: Question): Promise<PerformanceReportType> {
  const answer = await ask(reader, question, null)
  return toReport(reader, question, answer, answer.rows)
}

export async function readReports(
  reader: ReportReader,
  question: Question,
  parent: Parent,
): Promise<Map<string, PerformanceReportType>> {
  const answer = await ask(reader, question, parent)
  const byParent = Map.groupBy(answer.rows, (row) => row.parent)
  return new Map(parent.ids.map((id) => [id, toReport(reader, question, answer, byParent.get(id) ?? [])]))
}

const maxAttempts = 10

/**
 * First where the figures are, then the figures. Within one snapshot the mark that says so stays; outside of one, it may
 * have moved in between, and then both are asked again.
 */
async function ask(reader: ReportReader, question: Question, parent: Parent | null): Promise<Answer> {
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const plan = await planReport(reader, question, parent)
    const { range } = plan
    const [sql, values] = render(performanceSql, plan)
    const rows = await reader.rows<AnswerRow>(sql, values)
    const [any] = rows
    if (any?.mark_position === range.mark.position && any.mark_revision === range.mark.revision) {
      if (reader.explain) reader.explain(await explainReport(reader.rows, plan))
      return { rows, range }
    }
  }
  throw new Error('the roll-ups moved on between two statements, again and again')
}

/** Where a question's figures are, for as long as this snapshot lasts. */
export async function planReport(
  reader: Omit<ReportReader, 'cursors'>,
  question: Question,
  parent: Parent | null,
): Promise<ReportPlan> {
  const { rows, scope, nowMs } = reader
  const needs = needsOf(question, scope, parent)
  const source = chooseSource(needs, question)
  const family = source.kind === 'raw' ? null : source.family
  const range = await readRange(rows, scope.workspaceId, question, family, nowMs).catch((error) => {
    if (isUnknownZone(error)) throw badInput('The database does not know this time zone.', 'timeZone')
    throw error
  })
  if (source.kind === 'raw') await checkRawRows(reader, question, range)
  return { question, range, source, needs, scope, parent }
}

/** Its zones may be of another year than ours. */
const isUnknownZone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '22023' && error.message.startsWith('time zone')

/** Counts no further than the limit. */
async function checkRawRows(reader: Omit<ReportReader, 'cursors'>, question: Question, range: Range): Promise<void> {
  const { rows, scope, maxRawRows = defaultMaxRawRows } = reader
  const keptFromMs = await clicksKeptFromMs(rows)
  if (range.fromMs < keptFromMs) {
    throw badInput(
      `No roll-up has all these dimensions together, and clicks from before ${new Date(keptFromMs).toISOString()} are no longer kept: ask for a later range, or for fewer dimensions.`,
      'from',
    )
  }
  const [count] = await rows<{ clicks: string; conversions: string }>(
    `select (select count(*) from (select from click where workspace_id = $1 and id >= $2 and id < $3 limit $5) k) as clicks,
            (select count(*) from (select from conversion where workspace_id = $1 and id >= $4 limit $5) v) as conversions`,
    [scope.workspaceId, ...clickIds(question, range), lowestConversionId(question, range), maxRawRows + 1],
  )
  if (count !== undefined && Number(count.clicks) + Number(count.conversions) > maxRawRows) {
    throw tooComplex(
      `No roll-up has all these dimensions together, and the range has more than ${maxRawRows} raw rows: ask for a shorter range, or for fewer dimensions.`,
    )
  }
}

function toReport(
  { scope, cursors }: ReportReader,
  question: Question,
  { rows, range }: Answer,
  own: readonly AnswerRow[],
): PerformanceReportType {
  const [any] = rows
  if (any === undefined) throw new Error(`workspace ${scope.workspaceId} has no head`)
  const totals = own.find((row) => row.part === 0)
  const found = own.filter((row) => row.part === 1)
  return {
    rows: found.slice(0, question.first).map((row) => new ReportRow(row, question, scope)),
    truncated: found.length > question.first,
    totals: new Metrics(totals ?? nothing, scope),
    from: range.fromMs,
    to: range.toMs,
    timeZone: range.zone,
    currency: range.currency,
    asOf: cursors.seal(scope, {
      epoch: any.head_epoch,
      position: Number(any.head_position),
      revision: Number(any.head_revision),
      catalogVersion: Number(any.head_catalog_version),
    }),
  }
}

const nothing = Object.fromEntries(sums.map((name) => [name, '0'])) as Sums // every sum is named
