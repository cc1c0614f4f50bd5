import Big from 'big.js'
import type { Rows } from '../../src/database/rows.js'
import type { WorkspaceId } from '../../src/kernel/ids.js'
import type { Subs } from '../../src/kernel/vocabulary.js'

export type Status = 'PENDING' | 'APPROVED' | 'REJECTED' | 'REVERSED'

/** What clicks are told apart by, and what a conversion has of its click. */
export const trafficNames = [
  ...['source', 'creative', 'keyword', 'placement'],
  ...['country', 'region', 'language', 'device', 'os', 'browser'],
] as const

interface Origin {
  readonly id: string
  readonly advertiserId: string
  readonly campaignId: string
  readonly affiliateId: string
  readonly linkId: string | null
  readonly test: boolean
  readonly traffic: Readonly<Record<string, string>>
  readonly subs: Subs
}

export interface RawClick extends Origin {
  readonly revision: number
  readonly atMs: number
  readonly bookedAtMs: number
  readonly bot: boolean
  readonly firstVisit: boolean
  readonly cost: Big
}

/** What a conversion counts as: its status, and money in it. */
export interface Worth {
  readonly status: Status
  readonly saleAmount: Big
  readonly revenue: Big
  readonly payout: Big
}

export interface RawConversion extends Origin, Worth {
  readonly event: string
  readonly occurredAtMs: number
  readonly clickedAtMs: number | null
}

/** A line of the ledger; `before` is null for the first of a conversion. */
export interface RawLine {
  readonly position: number
  readonly atMs: number
  readonly conversion: RawConversion
  readonly before: Worth | null
  readonly after: Worth
}

/** A workspace's books as they are in the tables that everything else is made of. */
export interface RawBooks {
  readonly workspaceId: WorkspaceId
  readonly currency: string
  readonly timeZone: string
  readonly position: number
  readonly revision: number
  readonly clicks: readonly RawClick[]
  readonly conversions: readonly RawConversion[]
  readonly lines: readonly RawLine[]
}

type Row = Record<string, string> & { test: boolean; subs: Subs }

/** Read in several statements: nobody may be writing. */
export async function readRawBooks(rows: Rows, workspaceId: WorkspaceId): Promise<RawBooks> {
  const of = (table: string, more: string) =>
    rows<Row>(`select *, ${more} from ${table} where workspace_id = $1`, [workspaceId])
  const ms = (column: string, name: string) => `(extract(epoch from ${column}) * 1000)::float8 as ${name}`
  const [[workspace], [head], clicks, conversions, lines] = await Promise.all([
    rows<Row>(`select currency, time_zone from workspace where id = $1`, [workspaceId]),
    of('workspace_head', 'epoch'),
    of('click', `${ms('at', 'at_ms')}, ${ms('booked_at', 'booked_ms')}`),
    of('conversion', `${ms('occurred_at', 'occurred_ms')}, ${ms('clicked_at', 'clicked_ms')}`),
    of('conversion_change', ms('at', 'at_ms')),
  ])
  if (workspace === undefined || head === undefined) throw new Error(`no workspace ${workspaceId}`)
  const byId = new Map(conversions.map((row) => [row.id, toConversion(row)]))
  return {
    workspaceId,
    currency: workspace.currency ?? '',
    timeZone: workspace.time_zone ?? '',
    position: Number(head.position),
    revision: Number(head.revision),
    clicks: clicks.map(toClick),
    conversions: [...byId.values()],
    lines: lines.map((row) => toLine(row, byId)).sort((one, other) => one.position - other.position),
  }
}

/** The books as they were when the ledger ended at `position`, and the batches of clicks at `revision`. */
export function booksAt(books: RawBooks, position: number, revision: number): RawBooks {
  const lines = books.lines.filter((line) => line.position <= position)
  const last = new Map(lines.map((line) => [line.conversion.id, { ...line.conversion, ...line.after }]))
  const clicks = books.clicks.filter((click) => click.revision <= revision)
  return { ...books, position, revision, lines, clicks, conversions: [...last.values()] }
}

const toOrigin = (row: Row): Origin => ({
  id: row.id ?? '',
  advertiserId: row.advertiser_id ?? '',
  campaignId: row.campaign_id ?? '',
  affiliateId: row.affiliate_id ?? '',
  linkId: row.link_id ?? null,
  test: row.test,
  traffic: Object.fromEntries(trafficNames.map((name) => [name, row[name] ?? ''])),
  subs: row.subs,
})

const toClick = (row: Row): RawClick => ({
  ...toOrigin(row),
  revision: Number(row.revision),
  atMs: Number(row.at_ms),
  bookedAtMs: Number(row.booked_ms),
  bot: Boolean(row.bot),
  firstVisit: Boolean(row.first_visit),
  cost: new Big(row.cost ?? '0'),
})

const toWorth = (row: Row): Worth => ({
  status: row.status as Status, // one of the four, by the table's constraint
  saleAmount: new Big(row.sale_amount ?? '0'),
  revenue: new Big(row.revenue ?? '0'),
  payout: new Big(row.payout ?? '0'),
})

const toConversion = (row: Row): RawConversion => ({
  ...toOrigin(row),
  ...toWorth(row),
  event: row.event ?? '',
  occurredAtMs: Number(row.occurred_ms),
  clickedAtMs: row.clicked_ms === null ? null : Number(row.clicked_ms),
})

function toLine(row: Row, conversions: ReadonlyMap<string | undefined, RawConversion>): RawLine {
  const conversion = conversions.get(row.conversion_id)
  if (conversion === undefined) throw new Error(`line ${row.position} is of no conversion`)
  const after = toWorth(row)
  return {
    position: Number(row.position),
    atMs: Number(row.at_ms),
    conversion,
    before: row.previous_status === null ? null : toWorthBefore(row, after),
    after,
  }
}

const toWorthBefore = (row: Row, after: Worth): Worth => ({
  status: row.previous_status as Status, // as above
  saleAmount: after.saleAmount.minus(row.sale_amount_delta ?? '0'),
  revenue: after.revenue.minus(row.revenue_delta ?? '0'),
  payout: after.payout.minus(row.payout_delta ?? '0'),
})
