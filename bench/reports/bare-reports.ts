import { readFile } from 'node:fs/promises'
import pg from 'pg'
import type { Connection } from '../../src/database/embedded/client.js'
import { encodeId, type Id } from '../../src/kernel/ids.js'
import type { Sums } from '../../src/reporting/metrics.js'
import { createServer } from '../support/reference-server.js'
import type { Statement } from './record-statements.js'

/**
 * The least that a server can do for the same answers: the product's own statements, sent as they are, and their rows
 * made into the same JSON. It authenticates nobody, parses and checks no query, opens no snapshot, and writes money
 * as floats, which is enough for sums of this size.
 */
export interface BareSettings {
  readonly connection: Connection
  readonly workspaceId: string
  readonly reports: Readonly<Record<string, BareReport>>
}

export interface BareReport {
  readonly statements: readonly Statement[]
  readonly groupBy: readonly string[]
  readonly isByDay: boolean
  readonly first: number
}

type Row = Sums & { readonly part: number; readonly bucket: string } & Readonly<Record<`key_${string}`, string>>

const settings: BareSettings = JSON.parse(await readFile(process.env.BENCH_REPORTS ?? '', 'utf8'))
// As many connections as the product has.
const pool = new pg.Pool({ ...settings.connection, max: 20 })
const server = createServer()

for (const [name, report] of Object.entries(settings.reports)) {
  server.post(`/${name}`, async (_request, reply) => {
    let rows: Row[] = []
    for (const { text, values } of report.statements) rows = (await pool.query<Row>(text, [...values])).rows
    const content = report.groupBy.includes('CAMPAIGN')
      ? contentOf(report, rows, await readNames(rows))
      : contentOf(report, rows)
    return reply.header('cache-control', 'no-store').type('application/json').send(JSON.stringify(content))
  })
}

interface Campaign {
  readonly id: string
  readonly name: string
}

async function readNames(rows: readonly Row[]): Promise<Map<string, Campaign>> {
  const ids = [...new Set(rows.filter(({ part }) => part === 1).map(({ key_campaign }) => key_campaign))]
  const found = await pool.query<Campaign>('select id, name from campaign where workspace_id = $1 and id = any($2)', [
    settings.workspaceId,
    ids,
  ])
  return new Map(found.rows.map(({ id, name }) => [id, { id: encodeId('cmp', id as Id<'cmp'>), name }]))
}

function contentOf({ groupBy, isByDay, first }: BareReport, answer: readonly Row[], campaigns?: Map<string, Campaign>) {
  const totals = answer.find(({ part }) => part === 0)
  const found = answer.filter(({ part }) => part === 1)
  const rows = found.slice(0, first).map((row) => {
    const campaign = campaigns?.get(row.key_campaign ?? '')
    const key = Object.fromEntries(
      groupBy.map((dimension) => [dimension, campaign?.id ?? row[`key_${dimension.toLowerCase()}`]]),
    )
    return {
      key,
      ...(isByDay ? { bucket: new Date(Number(row.bucket)).toISOString() } : {}),
      ...(campaign === undefined ? {} : { campaign }),
      metrics: metricsOf(row),
    }
  })
  const performance = { truncated: found.length > first, totals: totals && metricsOf(totals), rows }
  return { data: { performance } }
}

const decimal = (text: string): string => String(Number(text))

function metricsOf(row: Sums) {
  const clicks = Number(row.clicks)
  const approved = Number(row.approved)
  const conversions = Number(row.pending) + approved
  return {
    clicks,
    uniqueClicks: Number(row.unique_clicks),
    conversions,
    approved,
    saleAmount: decimal(row.sale_amount),
    revenue: decimal(row.revenue),
    payout: decimal(row.payout),
    cost: decimal(row.cost),
    profit: decimal(row.profit),
    conversionRate: clicks === 0 ? null : conversions / clicks,
  }
}

await server.start()
