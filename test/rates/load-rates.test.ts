import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, beforeEach, suite, test } from 'node:test'
import type { Scope } from '../../src/access/scope.js'
import { removeRates, setRates, writeRates } from '../../src/catalog/write-rates.js'
import { followRates } from '../../src/rates/follow-rates.js'
import { type LoadedRates, loadRates } from '../../src/rates/load-rates.js'
import { until } from '../support/app.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { type SheetDays, twoDays, xmlSheet } from './sheets.js'
import { serve } from './source-server.js'

suite('loaded rates', () => {
  let books: TestBooks
  let folder: string
  let file: string
  let euros: Scope
  let dollars: Scope
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pulseback-rates-'))
    file = join(folder, 'rates.xml')
  })
  after(() => rm(folder, { recursive: true, force: true }))
  beforeEach(async () => {
    books = await createTestBooks(Date.parse('2026-11-20T18:00:00Z'))
    euros = await books.newScope('EUR')
    dollars = await books.newScope('USD')
  })
  afterEach(() => books.close())

  const limits = { maxBytes: 1_000_000, timeoutMs: 10_000 }
  const load = async (days: SheetDays = twoDays) => {
    await writeFile(file, xmlSheet(days))
    return loadRates({ orm: books.orm, clock: books.clock, limits }, file)
  }
  const counts = (loaded: readonly LoadedRates[]) =>
    loaded.map(({ added, changed, unchanged, keptByHand }) => [added, changed, unchanged, keptByHand])
  const rates = async ({ workspaceId }: Scope) =>
    books.rows<{ currency: string; day: string; rate: string; by_hand: boolean }>(
      `select currency, day::text as day, rate::text as rate, by_hand from currency_rate
        where workspace_id = $1 and rate is not null order by day, currency`,
      [workspaceId],
    )
  const rateOf = async (scope: Scope, currency: string, day: string) =>
    (await rates(scope)).find((rate) => rate.currency === currency && rate.day === day)?.rate
  const version = async ({ workspaceId }: Scope) => {
    const sql = `select catalog_version as version from workspace_head where workspace_id = $1`
    return Number((await books.rows<{ version: string }>(sql, [workspaceId]))[0]?.version)
  }

  test('are each workspace’s own, in its own currency', async () => {
    const loaded = await load()
    assert.deepEqual(counts(loaded), [
      [8, 0, 0, 0],
      [8, 0, 0, 0],
    ])
    assert.deepEqual(
      loaded.map(({ days }) => days),
      [
        ['2026-11-19', '2026-11-20'],
        ['2026-11-19', '2026-11-20'],
      ],
    )
    assert.equal(await rateOf(euros, 'USD', '2026-11-20'), '0.946342386675499')
    assert.equal(await rateOf(dollars, 'EUR', '2026-11-20'), '1.0567')
    assert.equal(await rateOf(dollars, 'IDR', '2026-11-19'), '0.0000629391048369316')
    assert.equal(await rateOf(euros, 'EUR', '2026-11-20'), undefined)
  })

  test('change nothing when they are loaded again, and only what is new or different otherwise', async () => {
    await load()
    const before = await version(euros)
    assert.deepEqual(counts(await load())[0], [0, 0, 8, 0])
    assert.equal(await version(euros), before)
    const [friday, thursday] = twoDays
    assert.ok(friday !== undefined && thursday !== undefined)
    const corrected: SheetDays = [
      ['2026-11-21', { USD: '1.06' }],
      [friday[0], { ...friday[1], USD: '1.0568' }],
      thursday,
    ]
    assert.deepEqual(counts(await load(corrected))[0], [1, 1, 7, 0])
    assert.equal(await version(euros), before + 1)
    assert.equal(await rateOf(euros, 'USD', '2026-11-20'), '0.946252838758516')
  })

  test('are written once by two nodes that load at once', async () => {
    const before = await version(euros)
    await writeFile(file, xmlSheet(twoDays))
    const loading = { orm: books.orm, clock: books.clock, limits }
    await Promise.all([loadRates(loading, file), loadRates(loading, file), loadRates(loading, file)])
    assert.equal((await rates(euros)).length, 8)
    assert.equal(await version(euros), before + 1)
  })

  test('leave alone what a hand has set, until it is taken back', async () => {
    await load()
    const usd = { currency: 'USD', day: '2026-11-20' }
    await setRates(books.catalogWrites, euros, [{ ...usd, rate: '0.9' }])
    assert.deepEqual(counts(await load())[0], [0, 0, 7, 1])
    // Nor by a load that looked before the hand came.
    const loaded = { byHand: false, nowMs: books.time.nowMs }
    assert.equal(await writeRates(books.orm, euros.workspaceId, [{ ...usd, rate: '0.8' }], loaded), 0)
    assert.equal(await rateOf(euros, 'USD', '2026-11-20'), '0.9')
    assert.equal(await removeRates(books.catalogWrites, euros, [usd, { ...usd, currency: 'CHF' }]), 1)
    assert.equal(await rateOf(euros, 'USD', '2026-11-20'), undefined)
    assert.deepEqual(counts(await load())[0], [1, 0, 7, 0])
    assert.equal(await rateOf(euros, 'USD', '2026-11-20'), '0.946342386675499')
  })

  test('are those that can be asked for: not the years before, and what has become too old goes', async () => {
    const days: SheetDays = [
      ['2026-11-24', { USD: '1.5' }],
      ['2026-11-21', { USD: '1.1' }],
      ['2025-07-08', { USD: '1.2' }],
      ['2025-07-07', { USD: '1.3' }],
      ['1999-01-04', { USD: '1.4' }],
    ]
    const [loaded] = await load(days)
    assert.deepEqual([loaded?.added, loaded?.days], [2, ['2025-07-08', '2026-11-21']])
    const kept = async () => (await rates(euros)).map(({ day }) => day)
    assert.deepEqual(await kept(), ['2025-07-08', '2026-11-21'])
    books.time.nowMs += 86_400_000
    await load([['2026-11-22', { USD: '1.2' }]])
    assert.deepEqual(await kept(), ['2026-11-21', '2026-11-22'])
  })

  test('come in portions, so that the books are not held up, and all of them', async () => {
    const codes = 'USD JPY CZK DKK GBP HUF PLN RON SEK CHF ISK NOK TRY AUD BRL CAD CNY HKD IDR ILS INR KRW MXN'.split(
      ' ',
    )
    const before = await version(euros)
    const days = Array.from({ length: 62 }, (_, index): SheetDays[number] => {
      const day = new Date(books.time.nowMs - index * 86_400_000).toISOString().slice(0, 10)
      return [day, Object.fromEntries(codes.map((code, place) => [code, `${place + 1}.${index + 10}`]))]
    })
    assert.equal(counts(await load(days))[0]?.[0], 62 * codes.length)
    assert.equal((await rates(euros)).length, 62 * codes.length)
    assert.equal(await version(euros), before + 2)
  })

  test('are told to be none for a workspace whose currency the source does not have', async () => {
    await books.newScope('UAH')
    const loaded = await load()
    assert.deepEqual(
      loaded.map(({ currency, days, error }) => [currency, days !== null, error]),
      [
        ['EUR', true, null],
        ['USD', true, null],
        ['UAH', false, null],
      ],
    )
  })

  test('are not kept from one workspace by the trouble of another', async () => {
    await books.rows(
      `create function refuse() returns trigger language plpgsql as $$ begin
         if new.workspace_id = '${euros.workspaceId}' then raise 'not this one'; end if; return new; end $$`,
    )
    await books.rows(`create trigger refuse before insert on currency_rate for each row execute function refuse()`)
    const [first, second] = await load()
    assert.match(String(first?.error), /not this one/)
    assert.equal(second?.error, null)
    assert.equal((await rates(dollars)).length, 8)
  })

  test('are loaded again after a while, and soon after a failure, which is told and goes no further', async () => {
    let answer = 'no rates today'
    let asked = 0
    const server = await serve((_request, response) => {
      asked += 1
      response.end(answer)
    })
    const told: string[] = []
    const tell = (level: string) => (_context: object, message: string) => void told.push(`${level}: ${message}`)
    const follower = followRates({
      ...{ source: `${server.url}/daily.xml?key=secret`, orm: books.orm, clock: books.clock },
      ...{ everyMs: 1, retryAfterMs: 1, log: { info: tell('info'), warn: tell('warn'), error: tell('error') } },
    })
    try {
      follower.start()
      await until(() => asked > 2, 'another try')
      assert.deepEqual([...new Set(told)], [`error: currency rates could not be loaded from ${server.url}/daily.xml`])
      answer = xmlSheet(twoDays)
      await until(async () => (await rates(dollars)).length === 8, 'the rates')
      const before = asked
      await until(() => asked > before + 2, 'another look')
      assert.ok(told.includes(`info: currency rates loaded from ${server.url}/daily.xml`))
    } finally {
      await follower.stop()
      await server.close()
    }
  })

  test('are not waited for by who stops', { timeout: 10_000 }, async () => {
    let isAsked = false
    const server = await serve(() => {
      isAsked = true
    })
    const none = () => undefined
    const log = { info: none, warn: none, error: () => assert.fail('a stop is no failure') }
    const follower = followRates({ source: server.url, orm: books.orm, clock: books.clock, log })
    follower.start()
    await until(() => isAsked, 'the request')
    await follower.stop()
    await server.close()
  })
})
