import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import fc from 'fast-check'
import type { Ledger } from '../../src/ledger/entries.js'
import { dimensions } from '../../src/reporting/dimensions.js'
import type { PerformanceReportType } from '../../src/reporting/performance.type.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import type { Way } from '../support/drafts.js'
import { createOracle } from './oracle.js'
import { booksAt, readRawBooks } from './oracle-books.js'
import { createZones } from './oracle-zone.js'
import { type Asking, askings } from './questions.js'
import { createTill, plain, shownReport } from './shop.js'
import { hostileInstants, openTrade, pick, type Trade } from './trade.js'

const seed = Number(process.env.REPORTS_SEED ?? Date.now() % 1e9)
const dayMs = 86_400_000
const startMs = Date.parse('2021-03-20T00:00:00Z')
const endMs = startMs + 30 * dayMs
const zoneNames = ['Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe']

suite(`a report beside others that write (REPORTS_SEED=${seed})`, { timeout: 280_000 }, () => {
  let books: TestBooks
  let trade: Trade
  let ledger: Ledger
  const zoneOf = createZones(startMs - 500 * dayMs, endMs + 500 * dayMs)
  const zones = zoneNames.map(zoneOf)

  before(async () => {
    books = await createTestBooks(startMs)
    const scopes = await Promise.all(zoneNames.map((zone) => books.newScope('EUR', zone)))
    ledger = books.openLedger()
    trade = await openTrade(books, ledger, scopes, zones)
    await trade.live(startMs, startMs + 10 * dayMs, 20, seed)
  })
  after(() => books.close())

  test('is the same to the byte at the same state of the books, whatever is folded, and whoever else writes', async () => {
    // Folded up to here, and a tail behind it.
    while (await books.folding.foldAll());
    await trade.live(startMs + 10 * dayMs, startMs + 12 * dayMs, 20, seed + 2, { folds: true })
    const all = fc.sample(askings(trade.tenants, hostileInstants(zones, startMs, endMs), zoneNames), {
      seed,
      numRuns: 100,
    })
    const { scope } = pick(trade.tenants, 0)
    const range = { from: new Date(startMs - 30 * dayMs), to: new Date(endMs) }
    const whole = dimensions.map((dimension): Asking => {
      return { tenant: 0, scope, nowMs: endMs, asked: { ...range, groupBy: [dimension] } }
    })
    const mine = [...all.filter(({ tenant }) => tenant === 0), ...whole]
    const askAll = async () => {
      const found: string[] = []
      for (const { scope, asked, nowMs } of mine) {
        books.time.nowMs = nowMs
        found.push(JSON.stringify(await books.report(scope, asked)))
      }
      return found
    }
    const first = await askAll()
    assert.ok(first.filter((report) => !report.startsWith('{"rows":[]')).length > dimensions.length)
    const [way] = pick(trade.tenants, 1).ways as [Way] // there are eight
    books.time.nowMs = startMs + 12 * dayMs
    await createTill(books, ledger).click(way, { source: 'mail', cost: '1' })
    assert.deepEqual(await askAll(), first)
    await books.folding.foldAll()
    assert.deepEqual(await askAll(), first)
    while (await books.folding.foldAll());
    assert.deepEqual(await askAll(), first)
  })

  test('is one state of the books: the one that it names, whatever was written and folded meanwhile', async () => {
    const instants = hostileInstants(zones, startMs, endMs)
    const all = fc.sample(askings(trade.tenants, instants, zoneNames), { seed, numRuns: 400 })
    const told: { asking: Asking; report: PerformanceReportType }[] = []
    let isWriting = true
    const writing = trade.live(startMs + 12 * dayMs, endMs, 60, seed + 1).finally(() => {
      isWriting = false
    })
    const asking = async () => {
      for (let one = all.pop(); isWriting && one !== undefined; one = all.pop()) {
        // The clock is the writers': a range of the calendar is of the moment at which it was asked for.
        const asking = { ...one, nowMs: books.time.nowMs }
        told.push({ asking, report: await books.report(one.scope, one.asked) })
      }
    }
    const folding = async () => {
      while (isWriting) await books.folding.foldAll()
    }
    await Promise.all([writing, asking(), asking(), asking(), folding()])

    const raw = await Promise.all(trade.tenants.map(({ scope }) => readRawBooks(books.rows, scope.workspaceId)))
    const states = new Set<string>()
    for (const { asking, report } of told) {
      const { tenant, scope, asked, nowMs } = asking
      const { position, revision } = books.cursors.open(scope, report.asOf)
      states.add(`${tenant} ${position} ${revision}`)
      const expected = createOracle(booksAt(pick(raw, tenant), position, revision), zoneOf)(scope, asked, nowMs)
      assert.deepEqual(plain(shownReport(report)), plain(expected), JSON.stringify(asking))
    }
    assert.ok(states.size > 30, `${told.length} reports saw only ${states.size} states`)
  })
})
