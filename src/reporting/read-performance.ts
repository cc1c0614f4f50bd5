import { createHash } from 'node:crypto'
import type { Cursors } from '../access/cursor.js'
import type { Scope } from '../access/scope.js'
import { createParameters } from '../database/parameters.js'
import type { Rows } from '../database/rows.js'
import { badInput } from '../kernel/errors.js'
import { encodeId, type Id, type IdPrefix } from '../kernel/ids.js'
import { noLink } from '../ledger/rollup.js'
import { chooseSource, type Dimension } from './dimensions.js'
import type { Parent } from './figures-sql.js'
import { type Sums, sums, toMetrics } from './metrics.js'
import type { PerformanceReportType, PerformanceRowType } from './performance.type.js'
import { keyName, performanceSql } from './performance-sql.js'
import { neededColumns, type Question, tooComplex } from './question.js'

/** How many raw rows a report may read when no roll-up has its dimensions. */
export const maxRawRows = 500_000

interface AnswerRow extends Sums {
  readonly part: number | null
  readonly parent: string | null
  readonly bucket: string | null
  readonly head_position: string
  readonly head_revision: string
  readonly head_catalog_version: string
  readonly head_epoch: number
  readonly from_ms: number
  readonly to_ms: number
  readonly zone: string
  readonly currency: string
}

export interface ReportReader {
  readonly rows: Rows
  readonly scope: Scope
  readonly cursors: Cursors
  readonly nowMs: number
}

/** One report; or one for each record of a list, by its id, read at once. */
export async function readReport(reader: ReportReader, question: Question): Promise<PerformanceReportType> {
  const answer = await ask(reader, question, null)
  return toReport(reader, question, answer, answer)
}

export async function readReports(
  reader: ReportReader,
  question: Question,
  parent: Parent,
): Promise<Map<string, PerformanceReportType>> {
  const answer = await ask(reader, question, parent)
  const byParent = Map.groupBy(answer, (row) => row.parent)
  return new Map(parent.ids.map((id) => [id, toReport(reader, question, answer, byParent.get(id) ?? [])]))
}

async function ask(reader: ReportReader, question: Question, parent: Parent | null): Promise<AnswerRow[]> {
  const { rows, scope, nowMs } = reader
  const source = chooseSource(neededColumns(question))
  if (source.kind === 'raw') await checkRawRows(reader)
  const at = createParameters()
  const sql = performanceSql(question, source, scope, parent, nowMs, at)
  try {
    return await rows<AnswerRow>(sql, at.values)
  } catch (error) {
    if (isUnknownZone(error)) throw badInput('The database does not know this time zone.', 'timeZone')
    throw error
  }
}

/** Its zones may be of another year than ours. */
const isUnknownZone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '22023' && error.message.startsWith('time zone')

/** Counts no further than the limit. */
async function checkRawRows({ rows, scope }: ReportReader): Promise<void> {
  const [count] = await rows<{ clicks: string; changes: string }>(
    `select (select count(*) from (select from click where workspace_id = $1 limit ${maxRawRows + 1}) k) as clicks,
            (select position from workspace_head where workspace_id = $1) as changes`,
    [scope.workspaceId],
  )
  if (count !== undefined && Number(count.clicks) + Number(count.changes) > maxRawRows) {
    throw tooComplex('No roll-up has all these dimensions, and there are too many raw rows: ask for fewer dimensions.')
  }
}

function toReport(
  { scope, cursors }: ReportReader,
  question: Question,
  answer: readonly AnswerRow[],
  own: readonly AnswerRow[],
): PerformanceReportType {
  const [any] = answer
  if (any === undefined) throw new Error(`workspace ${scope.workspaceId} has no head`)
  const totals = own.find((row) => row.part === 0)
  const found = own.filter((row) => row.part === 1)
  return {
    rows: found.slice(0, question.first).map((row) => toRow(row, question, scope)),
    truncated: found.length > question.first,
    totals: toMetrics(totals ?? nothing, scope),
    from: any.from_ms,
    to: any.to_ms,
    timeZone: any.zone,
    currency: any.currency,
    asOf: cursors.seal(scope, {
      epoch: any.head_epoch,
      position: Number(any.head_position),
      revision: Number(any.head_revision),
      catalogVersion: Number(any.head_catalog_version),
    }),
  }
}

const nothing = Object.fromEntries(sums.map((name) => [name, '0'])) as Sums // every sum is named

const idDimensions = { CAMPAIGN: 'cmp', ADVERTISER: 'adv', AFFILIATE: 'aff', LINK: 'lnk' } as const

function toRow(row: AnswerRow, { groupBy, interval }: Question, scope: Scope): PerformanceRowType {
  const values = row as unknown as Record<string, string> // the keys are named by the question
  const ids: Partial<Record<Dimension, string>> = {}
  const key: Partial<Record<Dimension, string>> = {}
  for (const dimension of groupBy) {
    const value = values[keyName(dimension)] ?? ''
    if (dimension in idDimensions) {
      const prefix = idDimensions[dimension as keyof typeof idDimensions]
      if (value !== noLink) ids[dimension] = value
      key[dimension] = value === noLink ? '' : encodeId(prefix, value as Id<IdPrefix>)
    } else key[dimension] = value
  }
  const bucket = interval === null || row.bucket === null ? null : Number(row.bucket)
  return {
    rowKey: createHash('sha256')
      .update(JSON.stringify([bucket, key]))
      .digest('base64url')
      .slice(0, 22),
    bucket,
    key,
    // The columns of the dimensions that were asked for, and null for the rest.
    campaignId: (ids.CAMPAIGN ?? null) as PerformanceRowType['campaignId'],
    advertiserId: (ids.ADVERTISER ?? null) as PerformanceRowType['advertiserId'],
    affiliateId: (ids.AFFILIATE ?? null) as PerformanceRowType['affiliateId'],
    linkId: (ids.LINK ?? null) as PerformanceRowType['linkId'],
    metrics: toMetrics(row, scope),
  }
}
