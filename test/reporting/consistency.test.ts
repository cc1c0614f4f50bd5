import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import fc from 'fast-check'
import { type Scope, scopeText } from '../../src/access/scope.js'
import { createWorkspace } from '../../src/catalog/create-workspace.js'
import { inTransaction, rowsOf } from '../../src/database/transaction.js'
import { encodeId, newId, type WorkspaceId } from '../../src/kernel/ids.js'
import { createFolding } from '../../src/ledger/fold.js'
import { ensurePartitions } from '../../src/ledger/partitions.js'
import { createTestApp, type TestApp } from '../support/app.js'
import { createCatalogMaker } from '../support/catalog.js'
import {
  applyChanges,
  changeFields,
  rowsById,
  type ToldChange,
  type ToldReport,
  toldDimensions,
} from './ledger-client.js'
import { createZones } from './oracle-zone.js'
import { type Asking, askings } from './questions.js'
import { createTill, plain } from './shop.js'
import { hostileInstants, openTrade, pick, type Trade } from './trade.js'

const seed = Number(process.env.REPORTS_SEED ?? Date.now() % 1e9)
const dayMs = 86_400_000
const startMs = Date.parse('2021-03-20T00:00:00Z')
const endMs = startMs + 40 * dayMs
const zoneNames = ['Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Havana']

const metrics = `clicks uniqueClicks botClicks conversions pending approved rejected reversed saleAmount revenue payout cost
  profit approvedRevenue approvedPayout conversionRate approvalRate earningsPerClick costPerAction averageOrderValue
  returnOnInvestment returnOnAdSpend`
const reportQuery = `query ($query: PerformanceInput!) {
  performance(query: $query) {
    asOf from to timeZone currency truncated totals { ${metrics} } rows { rowKey bucket key metrics { ${metrics} } }
  }
}`
const changesQuery = `query ($after: Cursor!) {
  changes(after: $after, first: 150) { hasMore endCursor nodes { ${changeFields} } }
}`

suite(`the same question, asked again (REPORTS_SEED=${seed})`, { timeout: 280_000 }, () => {
  let app: TestApp
  let trade: Trade
  let folding: ReturnType<typeof createFolding>
  const adminKeys = new Map<WorkspaceId, string>()
  const keys = new Map<string, Promise<string>>()
  const zoneOf = createZones(startMs - 500 * dayMs, endMs + 500 * dayMs)
  const zones = zoneNames.map(zoneOf)

  before(async () => {
    app = await createTestApp({ startMs })
    await ensurePartitions(app.rows, startMs - 40 * dayMs, endMs)
    folding = createFolding({ rows: app.rows, transact: (work) => inTransaction(app.orm, (em) => work(rowsOf(em))) })
    const { rows, time, catalogWrites } = app
    const scopes = await Promise.all([0, 1].map(newScope))
    trade = await openTrade({ rows, time, catalogWrites, folding }, app.ledger, scopes, zones)
    await trade.live(startMs, startMs + 20 * dayMs, 40, seed)
  })
  after(() => app.close())

  async function newScope(): Promise<Scope> {
    const { workspaceId, adminKey } = await createWorkspace(app.orm, app.clock, {
      name: 'Shop',
      timeZone: 'Europe/Berlin',
    })
    adminKeys.set(workspaceId, adminKey)
    return { workspaceId, keyId: newId<'key'>(), role: 'ADMIN', advertiserId: null, affiliateId: null }
  }

  /** A key that sees with these eyes. */
  function keyOf(scope: Scope): Promise<string> {
    const text = scopeText(scope)
    const make = () => {
      const adminKey = adminKeys.get(scope.workspaceId) ?? ''
      return createCatalogMaker({ get: app.get, adminKey }).key(scope.role, {
        ...(scope.advertiserId === null ? {} : { advertiserId: encodeId('adv', scope.advertiserId) }),
        ...(scope.affiliateId === null ? {} : { affiliateId: encodeId('aff', scope.affiliateId) }),
      })
    }
    const key = keys.get(text) ?? make()
    keys.set(text, key)
    return key
  }

  async function ask({ scope, asked, nowMs }: Asking): Promise<string> {
    const headers = { authorization: `Bearer ${await keyOf(scope)}` }
    app.time.nowMs = nowMs
    const payload = { query: reportQuery, variables: { query: plain(asked) } }
    const { body } = await app.server.inject({ method: 'POST', url: '/graphql', headers, payload })
    assert.ok(body.startsWith('{"data":'), body)
    return body
  }

  async function askAll(all: readonly Asking[]): Promise<string[]> {
    const bodies: string[] = []
    for (const asking of all) bodies.push(await ask(asking))
    return bodies
  }

  const sample = (numRuns: number, more: number) =>
    fc.sample(askings(trade.tenants, hostileInstants(zones, startMs, endMs), zoneNames), { seed: seed + more, numRuns })

  test('gets the same bytes, whoever else writes', async () => {
    const mine = sample(80, 1).filter(({ tenant }) => tenant === 0)
    const first = await askAll(mine)
    const { ways } = pick(trade.tenants, 1)
    const till = createTill(app, app.ledger)
    app.time.nowMs = startMs + 20 * dayMs
    for (const way of ways) {
      const click = await till.click(way, { source: 'mail', cost: '1' })
      await till.order(way, click, { transactionId: `of ${click}`, event: 'lead', amount: '5' })
    }
    assert.deepEqual(await askAll(mine), first)
    while (await folding.foldAll());
    assert.deepEqual(await askAll(mine), first)
    assert.ok(first.filter((body) => !body.includes('"rows":[]')).length > 10)
  })

  test('gets what it had and the changes since, added up', async () => {
    const all = sample(100, 2).map(({ asked, ...asking }): Asking => {
      const groupBy = (asked.groupBy ?? []).filter((dimension) => toldDimensions.includes(dimension))
      return { ...asking, asked: { ...asked, groupBy, filter: null, fill: false, orderBy: null, first: 10_000 } }
    })
    const before = await askAll(all)
    await trade.live(startMs + 20 * dayMs, endMs, 40, seed + 2, { clicks: true })
    const now = await askAll(all)

    let moved = 0
    for (const [index, { scope, asked }] of all.entries()) {
      const [then, head] = [before[index] ?? '', now[index] ?? ''].map(readReport) as [ToldReport, ToldReport]
      const changes = await changesAfter(then.asOf, await keyOf(scope))
      const { rows, totals } = applyChanges(then, changes, asked, scope, zoneOf(then.timeZone))
      assert.deepEqual(rows, rowsById(head, asked), JSON.stringify(all[index]))
      assert.deepEqual(totals, head.totals, JSON.stringify(all[index]))
      if (JSON.stringify(then.totals) !== JSON.stringify(head.totals)) moved += 1
    }
    assert.ok(moved > 20, `only ${moved} reports moved`)
  })

  const readReport = (body: string): ToldReport => JSON.parse(body).data.performance

  /** All that came after a place, page by page. */
  async function changesAfter(asOf: string, key: string): Promise<ToldChange[]> {
    type Page = { changes: { hasMore: boolean; endCursor: string; nodes: ToldChange[] } }
    const found: ToldChange[] = []
    for (let after = asOf, hasMore = true; hasMore; ) {
      const { changes } = await app.get<Page>(key, changesQuery, { after })
      found.push(...changes.nodes)
      after = changes.endCursor
      hasMore = changes.hasMore
    }
    return found
  }
})
