import { readFile } from 'node:fs/promises'
import DataLoader from 'dataloader'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import pg from 'pg'
// Built before any benchmark runs: the rows are read, and ids, money and times written, by the same code.
import { announce } from '../../dist/bench/support/child.js'
import { createOpen, readAffiliates, readCampaigns, readList } from '../../dist/bench/support/list.js'
import { encodeId } from '../../dist/src/kernel/ids.js'
import { DateTime, Decimal } from '../../dist/src/kernel/scalars.js'

/** Mercurius with JIT over the product's whole schema, as far as the list that is measured needs it. */
const { database, scope, key, reading } = JSON.parse(process.env.BENCH_LIST)
const open = createOpen(new pg.Pool({ ...database, max: 20 }), reading)
const keys = new Map([[`Bearer ${key}`, scope]])

const byId = (read) =>
  new DataLoader(async (ids) => {
    const found = new Map((await read(ids)).map((row) => [row.id, row]))
    return ids.map((id) => found.get(id))
  })

const resolvers = {
  Query: {
    conversions: async (_root, _args, { rows, scope }) => ({ nodes: await readList(rows, scope) }),
  },
  Conversion: {
    id: ({ id }) => encodeId('cnv', id),
    campaign: ({ campaignId }, _args, { campaigns }) => campaigns.load(campaignId),
    affiliate: ({ affiliateId }, _args, { affiliates }) => affiliates.load(affiliateId),
  },
  Campaign: { id: ({ id }) => encodeId('cmp', id) },
  Affiliate: { id: ({ id }) => encodeId('aff', id) },
}

const server = Fastify()
server.get('/healthz', () => ({ status: 'ok' }))
server.register(mercurius, {
  schema: await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8'),
  resolvers,
  jit: 1,
  context({ headers }) {
    const scope = keys.get(headers.authorization)
    if (scope === undefined) throw new mercurius.ErrorWithProps('A valid key is needed', {}, 401)
    const { rows, end } = open()
    return {
      scope,
      rows,
      end,
      campaigns: byId((ids) => readCampaigns(rows, scope, ids)),
      affiliates: byId((ids) => readAffiliates(rows, scope, ids)),
    }
  },
})
await server.ready()
// Scalars of another copy of graphql would not be taken for scalars.
for (const { name, serialize } of [DateTime, Decimal]) Object.assign(server.graphql.schema.getType(name), { serialize })
server.graphql.addHook('onResolution', async (_execution, { end }) => end())

announce(await server.listen({ port: 0, host: '127.0.0.1' }))
