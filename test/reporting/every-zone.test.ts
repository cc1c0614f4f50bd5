import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { TimeZone } from '../../src/kernel/scalars.js'
import { intervals, relativeRanges } from '../../src/reporting/question.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { makeWay, type Way } from '../support/drafts.js'
import { createOracle } from './oracle.js'
import { readRawBooks } from './oracle-books.js'
import { agreeOnZones, createZones, type Stretch, type Zone } from './oracle-zone.js'
import { createTill, plain, shownReport } from './shop.js'

const dayMs = 86_400_000
const quarterMs = 900_000
/** A year that is over, so that no new law changes it. In it, Juba put its clocks back for good, and Fiji and Apia did. */
const fromMs = Date.parse('2021-01-01T00:00:00Z')
const toMs = Date.parse('2022-01-01T00:00:00Z')

suite('a year in every time zone that there is', { timeout: 280_000 }, () => {
  let books: TestBooks
  let way: Way
  let zones: readonly Zone[]
  let events: readonly number[]
  const zoneOf = createZones(fromMs - 150 * dayMs, toMs + 150 * dayMs)

  before(async () => {
    books = await createTestBooks(toMs)
    const named = Intl.supportedValuesOf('timeZone').map(zoneOf)
    const { agreed, differing } = await agreeOnZones(books.rows, named, fromMs - 100 * dayMs, toMs + 100 * dayMs)
    if (differing.length > 0) console.log(`not asked about, for the server's rules are not Node's: ${differing}`)
    zones = agreed
    events = [...new Set(zones.flatMap(hostileInstants))].filter((atMs) => atMs >= fromMs && atMs < toMs)
    way = await makeWay(books, await books.newScope())
    await createTill(books, books.openLedger()).manyAt(way, events)
    while (await books.folding.foldAll());
  })
  after(() => books.close())

  test('has zones with clocks of every kind', () => {
    assert.ok(zones.length > 400, `${zones.length} zones`)
    const offsets = new Set(zones.flatMap(({ stretches }) => stretches.map(({ aheadMs }) => aheadMs / quarterMs)))
    assert.ok(offsets.size > 35, `${offsets.size} offsets`)
    // Midnights that are left out, and such that come twice.
    const jumps = zones.flatMap((zone) =>
      zone.stretches.filter(isOfTheYear).map(({ fromMs: jumpMs }) => zone.shown(jumpMs) % dayMs),
    )
    assert.ok(jumps.includes(0) && jumps.includes(3_600_000))
    assert.ok(events.length > 1_000, `${events.length} events`)
  })

  test('whatever name is taken for one means the same to the server', async () => {
    const known = await books.rows<{ name: string }>(
      `select name from pg_timezone_names union select abbrev from pg_timezone_abbrevs`,
    )
    const taken = known.map(({ name }) => name).filter(isTaken)
    assert.ok(taken.length > 500 && taken.length < known.length)
    const { differing } = await agreeOnZones(books.rows, taken.map(zoneOf), fromMs, toMs)
    assert.deepEqual(differing, [])
  })

  test('each event falls into exactly one day, and it is the one on the calendar there', async () => {
    for (const zone of zones) {
      const days = new Map<number, number>()
      const calendar = new Map<number, string>()
      for (const atMs of events) {
        const bucket = zone.bucketOf(atMs, 'DAY')
        days.set(bucket, (days.get(bucket) ?? 0) + 1)
        // The oracle's own days, held against the calendar's.
        const date = new Date(zone.shown(atMs)).toISOString().slice(0, 10)
        assert.equal(calendar.get(bucket) ?? date, date, zone.name)
        calendar.set(bucket, date)
      }
      const year = { from: new Date(fromMs), to: new Date(toMs), first: 10_000 }
      const { rows, totals } = await books.report(way.scope, { ...year, interval: 'DAY', timeZone: zone.name })
      const found = rows.map(({ bucket, metrics }) => [bucket, metrics.conversions])
      const expected = [...days].sort(([one], [other]) => one - other)
      assert.deepEqual(found, expected, zone.name)
      assert.equal(totals.conversions, events.length, zone.name)
    }
  })

  test('weeks, months, hours and the ranges of the calendar begin where they begin there', async () => {
    const oracle = createOracle(await readRawBooks(books.rows, way.scope.workspaceId), zoneOf)
    for (const [index, zone] of zones.entries()) {
      const jump = zone.stretches.filter(isOfTheYear).at(index % 2 === 0 ? 0 : -1)
      if (jump === undefined) continue
      books.time.nowMs = jump.fromMs + ([-1, 0, 5 * 3_600_000, 20 * dayMs][index % 4] ?? 0)
      const range = relativeRanges[index % relativeRanges.length]
      const interval = intervals[index % intervals.length]
      const asked = { timeZone: zone.name, range, interval, fill: true, first: 10_000 }
      const found = shownReport(await books.report(way.scope, asked))
      assert.deepEqual(plain(found), plain(oracle(way.scope, asked, books.time.nowMs)), JSON.stringify(asked))
    }
  })
})

/** Begins with a jump of the clocks. */
const isOfTheYear = ({ fromMs: jumpMs }: Stretch) => jumpMs >= fromMs && jumpMs < toMs

function isTaken(name: string): boolean {
  try {
    return TimeZone.parseValue(name) === name
  } catch {
    return false
  }
}

/** Around each jump and the midnights beside it, and around some midnight of the year. */
function hostileInstants({ stretches, bucketOf }: Zone, index: number): number[] {
  const turns = stretches.filter(isOfTheYear).map(({ fromMs: jumpMs }) => jumpMs)
  const midnights = turns.flatMap((jumpMs) => [jumpMs, jumpMs + dayMs]).map((atMs) => bucketOf(atMs, 'DAY'))
  const around = [...turns, ...midnights].flatMap((atMs) => [atMs - quarterMs, atMs - 1, atMs, atMs + 3_600_000 - 1])
  const midnight = bucketOf(fromMs + ((index * dayMs) % (toMs - fromMs)), 'DAY')
  return [...around, midnight - 1, midnight]
}
