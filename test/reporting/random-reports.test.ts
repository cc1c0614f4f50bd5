import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import fc from 'fast-check'
import { encodeId } from '../../src/kernel/ids.js'
import { dimensions } from '../../src/reporting/dimensions.js'
import { createReportingLoaders } from '../../src/reporting/loaders.js'
import type { PerformanceReportType } from '../../src/reporting/performance.type.js'
import { type AskedQuestion, intervals, timeBases } from '../../src/reporting/question.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { createOracle } from './oracle.js'
import { type RawBooks, type RawClick, readRawBooks } from './oracle-books.js'
import { agreeOnZones, createZones } from './oracle-zone.js'
import { type Asking, askings } from './questions.js'
import { plain, shownReport } from './shop.js'
import { hostileInstants, openTrade, pick, type Trade } from './trade.js'

/** REPORTS_SEED repeats the trade and the questions of a run that failed; REPORTS_RUNS=400 asks more of each month. */
const seed = Number(process.env.REPORTS_SEED ?? Date.now() % 1e9)
const runs = Number(process.env.REPORTS_RUNS ?? 40)

const months = 13
const dayMs = 86_400_000
const monthMs = 30.4 * dayMs
/** Long ago, so that no new law changes the zones that were in force. */
const startMs = Date.parse('2020-10-20T00:00:00Z')
const endMs = startMs + months * monthMs

/** Where clocks jump by half an hour, at midnight, twice around Ramadan; and where they are no whole hours ahead. */
const wantedZones = [
  ...['Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Chatham', 'Pacific/Apia'],
  ...['Africa/Casablanca', 'America/New_York', 'Europe/Berlin', 'America/Havana', 'Atlantic/Azores', 'UTC'],
]

suite(`any report is what its definitions say (REPORTS_SEED=${seed})`, { timeout: 280_000 }, () => {
  let books: TestBooks
  let trade: Trade
  let zones: readonly string[]
  let raw: readonly RawBooks[]
  const zoneOf = createZones(startMs - 500 * dayMs, endMs + 500 * dayMs)
  const hostileZones = wantedZones.map(zoneOf)
  const met = new Map<string, number>()
  let hasFailed = false

  before(async () => {
    books = await createTestBooks(startMs)
    const { agreed, differing } = await agreeOnZones(books.rows, hostileZones, startMs - 40 * dayMs, endMs + 40 * dayMs)
    if (differing.length > 0) console.log(`not asked about, for the server's rules are not Node's: ${differing}`)
    zones = agreed.map(({ name }) => name)
    const scopes = [await books.newScope('EUR', 'Europe/Berlin'), await books.newScope('JPY', 'Asia/Kathmandu')]
    scopes.push(await books.newScope('USD', 'Australia/Lord_Howe'))
    trade = await openTrade(books, books.openLedger(), scopes, hostileZones)
  })
  after(() => books.close())

  for (let month = 1; month <= months; month += 1) {
    test(`after month ${month}`, async (context) => {
      if (hasFailed) return context.skip('an earlier month tells enough')
      hasFailed = true
      const nowMs = startMs + month * monthMs
      // Of three months, one is asked about with some days that are not folded, one with all of the month, and one with
      // nothing left to fold.
      await trade.live(nowMs - monthMs, nowMs, 26, seed + month, { folds: month % 3 === 2 })
      if (month % 3 === 0) while (await books.folding.foldAll());
      raw = await Promise.all(trade.tenants.map(({ scope }) => readRawBooks(books.rows, scope.workspaceId)))
      const oracles = raw.map((each) => createOracle(each, zoneOf))
      const property = fc.asyncProperty(askings(trade.tenants, instants(nowMs), zones), async (asking) => {
        const { tenant, scope, asked, nowMs } = asking
        books.time.nowMs = nowMs
        const report = await books.report(scope, asked)
        assertSame(shownReport(report), pick(oracles, tenant)(scope, asked, nowMs))
        checkRest(report, asking)
        note(report, asking)
      })
      await fc.assert(property, { seed: seed + month, numRuns: runs, interruptAfterTimeLimit: runs * 2_000 })
      hasFailed = false
    })
  }

  test('a report of each record of a list is the one that is filtered by it', async () => {
    const oracles = raw.map((each) => createOracle(each, zoneOf))
    const property = fc.asyncProperty(askings(trade.tenants, instants(endMs), zones), async (asking) => {
      const { tenant, scope, asked, nowMs } = asking
      const loaders = createReportingLoaders(snapshot, scope, books.cursors, () => nowMs)
      const { ways } = pick(trade.tenants, tenant)
      const ask = async (column: 'campaign_id' | 'affiliate_id', id: string, field: string, ids: readonly string[]) => {
        const wanted = (asked.filter as Record<string, string[]> | null)?.[field]
        const both = wanted === undefined ? ids : ids.filter((each) => wanted.includes(each))
        const filter = { ...asked.filter, [field]: both }
        const report = await loaders.report(column, id, asked)
        assertSame(shownReport(report), pick(oracles, tenant)(scope, { ...asked, filter }, nowMs))
      }
      await Promise.all(
        ways.flatMap(({ campaignId, affiliateId }) => [
          ask('campaign_id', campaignId, 'campaignIds', [encodeId('cmp', campaignId)]),
          ask('affiliate_id', affiliateId, 'affiliateIds', [encodeId('aff', affiliateId)]),
        ]),
      )
    })
    const snapshot = { rows: books.rows } as Parameters<typeof createReportingLoaders>[0] // it reads, and no more
    await fc.assert(property, { seed, numRuns: Math.ceil(runs / 2) })
  })

  test('of the clicks of one visitor, link and day, the first is the one that is unique', async () => {
    for (const [index, { clicks }] of trade.tenants.entries()) {
      const kept = new Map<string, RawClick>(pick(raw, index).clicks.map((click) => [click.id, click]))
      const visits = Map.groupBy(clicks, ({ way, atMs, visitor, test }) =>
        [way.linkId, Math.floor(atMs / dayMs), visitor, test].join(' '),
      )
      assert.ok(
        visits.values().some(({ length }) => length > 1),
        'nobody came back',
      )
      for (const visit of visits.values()) {
        const found = visit.flatMap(({ id }) => kept.get(id) ?? [])
        assert.equal(found.length, visit.length)
        const people = found.filter(({ bot }) => !bot)
        const unique = found.filter(({ firstVisit }) => firstVisit)
        assert.equal(unique.length, Math.min(people.length, 1))
        for (const click of unique) {
          assert.ok(!click.bot)
          assert.equal(click.revision, Math.min(...people.map(({ revision }) => revision)))
        }
      }
    }
  })

  test('trade and questions had all that there is', { skip: runs < 40 }, () => {
    const all = raw.flatMap(({ lines }) => lines)
    assert.ok(raw.every(({ clicks, lines }) => clicks.length > 1_000 && lines.length > 300))
    const some: Record<string, (line: (typeof all)[number]) => boolean> = {
      'a change of status months later': ({ atMs, conversion }) => atMs - conversion.occurredAtMs > 3 * monthMs,
      'a new amount': ({ before, after }) => before?.status === after.status,
      'a new amount of what earns nothing any more': ({ before, after }) =>
        before?.status === 'REJECTED' && after.status === 'REJECTED',
      'a reversal taken back': ({ before, after }) => before?.status === 'REVERSED' && after.status === 'APPROVED',
      'an order without a click': ({ conversion }) => conversion.linkId === null,
      'a test': ({ conversion }) => conversion.test,
      'money of four places': ({ after }) => after.payout.round(3).cmp(after.payout) !== 0,
    }
    for (const [what, isSo] of Object.entries(some)) assert.ok(all.some(isSo), what)
    assert.ok(count('asked') >= 500, `${count('asked')} questions`)
    assert.ok(count('some rows') > 300, `only ${count('some rows')} reports had rows`)
    const parts = [...dimensions, ...intervals, ...timeBases, ...zones, 'fill', 'test', 'range', 'truncated']
    const roles = ['ADMIN', 'ANALYST', 'ADVERTISER', 'AFFILIATE']
    const missing = [...parts, ...roles, 'events', 'statuses', 'linkIds'].filter((part) => count(part) === 0)
    assert.deepEqual(missing, [], 'never asked for, or never found')
  })

  /** Moments worth asking about: where days begin and clocks jump, and where something happened. */
  function instants(untilMs: number): number[] {
    const events = raw.flatMap(({ clicks, lines, conversions }) => [
      ...[...clicks, ...lines].map(({ atMs }) => atMs),
      ...conversions.map(({ occurredAtMs }) => occurredAtMs),
    ])
    return [...hostileInstants(hostileZones, startMs, untilMs), ...events]
  }

  /** What the oracle does not tell: keys, ids, and the state of the books. */
  function checkRest({ rows, asOf }: PerformanceReportType, { tenant, scope }: Asking): void {
    const { position, revision } = pick(raw, tenant)
    const place = books.cursors.open(scope, asOf)
    assert.deepEqual([place.position, place.revision], [position, revision])
    assert.equal(new Set(rows.map(({ rowKey }) => rowKey)).size, rows.length, 'two rows have one key')
    for (const { key, campaignId, linkId } of rows) {
      const { CAMPAIGN, LINK } = key as Record<string, string>
      assert.equal(campaignId === null ? undefined : encodeId('cmp', campaignId), CAMPAIGN)
      assert.equal(linkId === null ? '' : encodeId('lnk', linkId), LINK ?? '')
    }
  }

  function note({ rows, truncated }: PerformanceReportType, { scope, asked }: Asking): void {
    const { groupBy, filter, basis, interval, timeZone } = asked
    const flags = (['fill', 'test', 'range'] satisfies (keyof AskedQuestion)[]).filter((flag) => asked[flag])
    const parts = ['some rows', scope.role, basis ?? 'EVENT', interval ?? '', timeZone ?? '', ...flags]
    const found = rows.length === 0 ? [] : [...parts, ...(groupBy ?? []), ...Object.keys(filter ?? {})]
    for (const what of ['asked', ...found, ...(truncated ? ['truncated'] : [])]) met.set(what, count(what) + 1)
  }
  const count = (what: string) => met.get(what) ?? 0
})

function assertSame(found: object, expected: object): void {
  assert.deepEqual(plain(found), plain(expected))
}
