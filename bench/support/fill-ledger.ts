import pg from 'pg'
import { ensurePartitions } from '../../src/ledger/partitions.js'

/**
 * Books a past into a server's one workspace, by SQL: orders of sixty days, each with its receipt and its change, of the
 * links and with the traffic of the clicks that are there. Then waits until the server has folded them.
 */
export async function fillLedger(
  connection: pg.ClientConfig,
  conversions: number,
  say: (line: string) => void,
): Promise<void> {
  const client = new pg.Client({ ...connection, application_name: 'bench' })
  await client.connect()
  const rows = async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
    (await client.query<Row>(sql, [...values])).rows
  try {
    const nowMs = Date.now()
    await ensurePartitions(rows, nowMs - (days + 1) * dayMs, nowMs)
    await client.query(`create temporary table template as
      select row_number() over () - 1 as number, * from click order by id limit ${templates}`)
    await client.query('create unique index on template (number)')
    await client.query('analyze template')
    for (let from = 0; from < conversions; from += chunk) {
      const upto = Math.min(conversions, from + chunk)
      await client.query('begin; select from workspace_head for update')
      await client.query(bookSql(from, upto, conversions))
      await client.query('commit')
      if (upto % (5 * chunk) === 0) say(`  ${upto.toLocaleString('en-US')} conversions`)
    }
    for (const table of ['conversion', 'conversion_change', 'receipt']) await client.query(`vacuum (analyze) ${table}`)
    await client.query('checkpoint')
    say('waiting until they are folded')
    await folded(client)
  } finally {
    await client.end()
  }
}

const days = 60
const dayMs = 86_400_000
const chunk = 200_000
const templates = 5_000
const foldTimeoutMs = 1_800_000

/** An id of its moment, as the server's own are: they are what the books are ordered by. */
const idSql = (salt: string): string =>
  `(lpad(to_hex((extract(epoch from m.at) * 1000)::bigint), 12, '0') || '7' || substr(md5('${salt}' || n), 1, 3) || '8'
    || substr(md5('${salt}' || n), 4, 15))::uuid`

/** Under the head's lock: the server goes on as if it had booked them itself. */
const bookSql = (from: number, upto: number, all: number): string => `
  with head as materialized (select * from workspace_head),
  drawn as materialized (
    select n, head.workspace_id, head.position + n - ${from} + 1 as position, head.receipt_sequence + n - ${from} + 1 as sequence,
           m.at, ${idSql('conversion')} as id, ${idSql('receipt')} as receipt_id, ${idSql('click')} as click_id,
           10 + n % 90 + 0.5 as amount, t.advertiser_id, t.campaign_id, t.affiliate_id, t.link_id, t.source, t.creative,
           t.keyword, t.placement, t.subs, t.country, t.region, t.language, t.device, t.os, t.browser
      from head cross join generate_series(${from}, ${upto - 1}) as n
      cross join lateral (select now() - interval '${days} days' * (1 - n::float8 / ${all}) as at) as m
      join template t on t.number = n % ${templates}
  ), receipts as (
    insert into receipt (workspace_id, id, sequence, at, advertiser_id, outcome, http_status, method, url, ip,
           transaction_id, click_id, conversion_id)
    select workspace_id, receipt_id, sequence, at, advertiser_id, 'ACCEPTED', 200, 'GET',
           '/postback?token=•••&click_id=clk_' || substr(md5(click_id::text), 1, 26) || '&txid=history-' || n || '&amount=' || amount,
           '198.51.100.7', 'history-' || n, 'clk_' || substr(md5(click_id::text), 1, 26), id
      from drawn order by receipt_id
  ), conversions as (
    insert into conversion (workspace_id, id, advertiser_id, campaign_id, affiliate_id, link_id, click_id, receipt_id, event,
           goal_number, transaction_id, line, counts_each, status, test, amount, currency, rate, sale_amount, revenue, payout,
           occurred_at, received_at, clicked_at, changed_at, contents, source, creative, keyword, placement, subs, country,
           region, language, device, os, browser)
    select workspace_id, id, advertiser_id, campaign_id, affiliate_id, link_id, click_id, receipt_id, 'sale',
           1, 'history-' || n, '', false, 'APPROVED', false, amount, 'EUR', 1, amount, amount * 0.1, amount * 0.075,
           at, at, at - interval '1 hour', at, array['history'], source, creative, keyword, placement, subs, country,
           region, language, device, os, browser
      from drawn order by id
  ), changes as (
    insert into conversion_change (workspace_id, position, conversion_id, advertiser_id, campaign_id, affiliate_id,
           receipt_id, kind, at, status, amount, sale_amount, revenue, payout, sale_amount_delta, revenue_delta, payout_delta)
    select workspace_id, position, id, advertiser_id, campaign_id, affiliate_id, receipt_id, 'CREATED', at, 'APPROVED',
           amount, amount, amount * 0.1, amount * 0.075, amount, amount * 0.1, amount * 0.075
      from drawn order by position
  )
  update workspace_head set position = position + ${upto - from}, receipt_sequence = receipt_sequence + ${upto - from},
         revision = revision + 1`

async function folded(client: pg.Client): Promise<void> {
  const deadlineMs = Date.now() + foldTimeoutMs
  while (Date.now() < deadlineMs) {
    const { rows } = await client.query(
      `select from workspace_head h join rollup_mark m using (workspace_id) where m.position < h.position`,
    )
    if (rows.length === 0) return
    await client.query('select pg_sleep(0.5)')
  }
  throw new Error('the past was not folded in half an hour')
}
