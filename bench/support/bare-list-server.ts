import pg from 'pg'
import { encodeId } from '../../src/kernel/ids.js'
import { DateTime, Decimal } from '../../src/kernel/scalars.js'
import { createOpen, type ListSetting, readAffiliates, readCampaigns, readList } from './list.js'
import { createServer } from './reference-server.js'

/** The same list by hand, behind a route that knows no other: the same statements, the same bytes, and no GraphQL. */
const { database, scope, key, reading }: ListSetting = JSON.parse(process.env.BENCH_LIST ?? '{}')
const open = createOpen(new pg.Pool({ ...database, max: 20 }), reading)
const server = createServer()

server.post('/graphql', async (request, reply) => {
  if (request.headers.authorization !== `Bearer ${key}`) return reply.code(401).send({ errors: [] })
  const { rows, end } = open()
  const found = await readList(rows, scope)
  const [campaigns, affiliates] = await Promise.all([
    readCampaigns(rows, scope, [...new Set(found.map(({ campaignId }) => campaignId))]),
    readAffiliates(rows, scope, [...new Set(found.map(({ affiliateId }) => affiliateId))]),
  ])
  end()
  const campaignOf = new Map(campaigns.map(({ id, name }) => [id, { id: encodeId('cmp', id), name }]))
  const affiliateOf = new Map(affiliates.map(({ id, name }) => [id, { id: encodeId('aff', id), name }]))
  const nodes = found.map((row) => ({
    id: encodeId('cnv', row.id),
    status: row.status,
    event: row.event,
    saleAmount: Decimal.serialize(row.saleAmount),
    revenue: Decimal.serialize(row.revenue),
    payout: Decimal.serialize(row.payout),
    occurredAt: DateTime.serialize(row.occurredAt),
    campaign: campaignOf.get(row.campaignId),
    affiliate: affiliateOf.get(row.affiliateId),
  }))
  return reply.header('cache-control', 'no-store').send({ data: { conversions: { nodes } } })
})

await server.start()
