import pg from 'pg'
import { v7 } from 'uuid'
import { createServer } from './reference-server.js'

/**
 * What anyone would write first: one INSERT a request, committed before the answer. It attributes nothing, knows no
 * duplicates and keeps no receipts or totals. The statement is prepared, which favours it.
 */
const pool = new pg.Pool({ ...JSON.parse(process.env.BENCH_DATABASE ?? '{}'), max: 20 })
const server = createServer()

await pool.query(`
  create table conversion (
    id             uuid primary key,
    transaction_id text not null,
    click_id       text not null,
    event          text not null,
    status         text not null,
    amount         numeric(24, 8) not null,
    currency       text not null,
    ip             inet,
    url            text not null,
    received_at    timestamptz not null
  )`)

const insert = {
  name: 'insert',
  text: `insert into conversion (id, transaction_id, click_id, event, status, amount, currency, ip, url, received_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
}

server.get<{ Querystring: Record<string, string> }>('/postback', async (request, reply) => {
  const { click_id, txid, amount } = request.query
  const id = v7()
  const values = [id, txid, click_id, 'sale', 'APPROVED', amount, 'USD', request.ip, request.raw.url, new Date()]
  await pool.query({ ...insert, values })
  return reply
    .header('cache-control', 'no-store')
    .send({ receipt: null, outcome: 'ACCEPTED', conversion: id, reason: null, field: null })
})

await server.start()
