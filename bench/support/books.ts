import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

/** The benchmark's own look into the server's database, past the server. */
export interface Books {
  readonly version: string
  /** Waits until all that the last load left behind is done: nothing that is still owed may slow what comes next. */
  settle(): Promise<Backlog>
  count(): Promise<Counts>
  close(): Promise<void>
}

export interface Backlog {
  /** How far the finer roll-ups, which follow the ledger, were behind it when the load ended. */
  readonly positions: number
  readonly waitedMs: number
}

export interface Counts {
  readonly receipts: Readonly<Record<string, number>>
  readonly conversions: number
  readonly orders: number
  /** Conversions that carry other ids than their click, or other money than their amount. */
  readonly wrong: number
  readonly saleAmount: string
  readonly revenue: string
  readonly payout: string
  readonly changes: number
  readonly position: number
  readonly clicks: number
}

const settleTimeoutMs = 30_000

export async function openBooks(connection: pg.ClientConfig): Promise<Books> {
  const client = new pg.Client({ ...connection, application_name: 'bench' })
  client.on('error', () => undefined)
  await client.connect()
  const one = async <Row extends object>(sql: string): Promise<Row> => {
    const { rows } = await client.query<Row>(sql)
    if (rows[0] === undefined) throw new Error(`no row: ${sql}`)
    return rows[0]
  }
  const { version } = await one<{ version: string }>(`select current_setting('server_version') as version`)

  async function settle(): Promise<Backlog> {
    const startMs = performance.now()
    let positions: number | null = null
    let before = ''
    while (performance.now() - startMs < settleTimeoutMs) {
      const state = await one<{ behind: string; behindRevisions: string; vacuums: string; head: string }>(stateSql)
      positions ??= Number(state.behind)
      const owes = Number(state.behind) + Number(state.behindRevisions) + Number(state.vacuums)
      if (owes === 0 && state.head === before) break
      before = state.head
      await sleep(100)
    }
    return { positions: positions ?? 0, waitedMs: performance.now() - startMs }
  }

  return {
    version,
    settle,
    async count() {
      const { rows } = await client.query<{ outcome: string; count: string }>(
        'select outcome, count(*) from receipt group by outcome',
      )
      const receipts = Object.fromEntries(rows.map(({ outcome, count }) => [outcome, Number(count)]))
      const { saleAmount, revenue, payout, ...counted } = await one<Record<string, string>>(countSql)
      const counts = Object.fromEntries(Object.entries(counted).map(([name, value]) => [name, Number(value)]))
      return { receipts, saleAmount, revenue, payout, ...counts } as unknown as Counts // as countSql names them
    },
    close: () => client.end(),
  }
}

const stateSql = `
  select coalesce(max(h.position - coalesce(m.position, 0)), 0) as behind,
         coalesce(max(h.revision - coalesce(m.revision, 0)), 0) as "behindRevisions",
         (select count(*) from pg_stat_activity where backend_type = 'autovacuum worker') as vacuums,
         concat(max(h.position), ' ', max(h.receipt_sequence), ' ', max(h.revision)) as head
    from workspace_head h
   cross join (values ('base'), ('traffic'), ('place'), ('device')) as g (family)
    left join rollup_mark m on m.workspace_id = h.workspace_id and m.family = g.family`

const countSql = `
  select count(*) as conversions, count(distinct v.transaction_id) as orders,
         count(*) filter (where (k.advertiser_id, k.campaign_id, k.affiliate_id, k.link_id)
           is distinct from (v.advertiser_id, v.campaign_id, v.affiliate_id, v.link_id)
           or v.sale_amount <> v.amount or v.revenue <> v.amount / 10) as wrong,
         sum(v.sale_amount) as "saleAmount", sum(v.revenue) as revenue, sum(v.payout) as payout,
         (select count(*) from conversion_change) as changes,
         (select sum(position) from workspace_head) as position,
         (select count(*) from click) as clicks
    from conversion v left join click k on k.workspace_id = v.workspace_id and k.id = v.click_id`
