import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import fc from 'fast-check'
import type { Scope } from '../../src/access/scope.js'
import { encodeId, newId } from '../../src/kernel/ids.js'
import { changeKinds, conversionStatuses } from '../../src/kernel/vocabulary.js'
import type { Ledger } from '../../src/ledger/entries.js'
import type { LedgerChange } from '../../src/ledger/ledger-change.js'
import { readLedger } from '../../src/ledger/read-ledger.js'
import type { ConversionFilter } from '../../src/reporting/filters.input.js'
import { createChangeMatcher } from '../../src/reporting/match-change.js'
import { readChanges } from '../../src/reporting/read-changes.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { clickDraft, named, receiptDraft, request, type Way } from '../support/drafts.js'
import { churn, events, instants, subValues, texts, transactions } from './churn.js'
import { asAdvertiser, asAffiliate } from './shop.js'

/** MATCH_SEED repeats the books of a run that failed; fast-check prints the seed of the filters itself. */
const seed = Number(process.env.MATCH_SEED ?? Date.now() % 1e9)

suite(`a line of the ledger in memory (books of seed ${seed})`, { timeout: 280_000 }, () => {
  let books: TestBooks
  let shop: Awaited<ReturnType<typeof churn>>
  let lines: LedgerChange[]
  const announced: LedgerChange[] = []
  before(async () => {
    books = await createTestBooks()
    const ledger = books.openLedger({ secondLaneFrom: 4, maxBatch: 6 }, ({ changes }) => announced.push(...changes))
    shop = await churn(books, ledger, seed, 900)
    await happenOnce(ledger)
    lines = await readLedger(books.rows, shop.scope.workspaceId, 0, 100_000, 100_000)
  })
  after(() => books.close())

  /** What so much of what is random leaves out now and then. */
  async function happenOnce(ledger: Ledger): Promise<void> {
    const [way] = shop.ways as [Way] // there are five
    const keep = (sent: ReturnType<typeof request>) => ledger.keepPostback(receiptDraft(way, books.time.nowMs), sent)
    const early = newId<'clk'>(books.time.nowMs)
    await keep(request({ clickId: early, transactionId: 'early', event: 'sale', amount: '10' }))
    await ledger.keepClick(clickDraft(way, books.time.nowMs, { id: early, source: 'late' }))
    const { conversionId } = await keep(named(way, { transactionId: 'taken back', event: 'sale', amount: '10' }))
    assert.ok(conversionId !== null)
    const { workspaceId } = shop.scope
    for (const status of ['REJECTED', 'APPROVED'] as const) {
      await ledger.setConversionStatus({ workspaceId, conversionId, status, reason: 'by hand' })
    }
  }

  test('is told with a commit exactly as it is read from the ledger afterwards', () => {
    const told = announced.toSorted((one, other) => one.position - other.position)
    assert.equal(told.length, lines.length)
    // One by one: what differs is to be seen.
    for (const [index, line] of lines.entries()) assert.deepEqual(told[index], line)
  })

  test('the books have every kind of it', () => {
    assert.ok(lines.length > 200, `${lines.length} lines`)
    const kinds = new Set(lines.map(({ kind }) => kind))
    assert.deepEqual([...kinds].sort(), [...changeKinds].sort())
    const some: Record<string, (line: LedgerChange) => boolean> = {
      'a new amount behind a click with traffic': (line) => line.kind === 'UPDATED' && (line.source ?? '') !== '',
      'an order without a click': (line) => line.clickId === null,
      'a postback that came before its click': (line) => line.source === 'late',
      'a postback that came before its goal': (line) => line.event === 'install',
      'a status by hand': (line) => line.reason === 'by hand',
      'what an admin alone may do': (line) => line.previousStatus === 'REJECTED' && line.status === 'APPROVED',
      'a test': (line) => line.test,
      'sub-ids': (line) => Object.keys(line.subs).length > 1,
    }
    for (const [what, isSo] of Object.entries(some)) assert.ok(lines.some(isSo), what)
  })

  test('passes a filter with a scope as it does in the database, and is where its interest looks', async () => {
    let passed = 0
    const property = fc.asyncProperty(filters(), fc.nat(7), async (filter, eyes) => {
      const scope = scopes()[eyes] as Scope
      const stretch = { after: 0, upTo: lines.length, epoch: 1 }
      const reading = () => readChanges(books.rows, scope, books.cursors, filter, stretch, 100_000)
      if (filter.minRevenue != null && scope.role === 'AFFILIATE') {
        assert.throws(() => createChangeMatcher(filter, scope), refusal)
        return assert.rejects(reading, refusal)
      }
      const { match, interest } = createChangeMatcher(filter, scope)
      const found = lines.flatMap((line) => {
        const matches = match(line)
        if (matches === null) return []
        if (interest !== null) assert.ok(interest.ids.includes(line[interest.by]), 'it is looked for elsewhere')
        return [[line.position, matches]]
      })
      const read = await reading()
      assert.deepEqual(
        found,
        read.map(({ position, matches }) => [position, matches]),
      )
      if (found.length > 0 && found.length < lines.length) passed += 1
    })
    await fc.assert(property, { numRuns: 400 })
    assert.ok(passed > 40, `only ${passed} filters passed some and not all`)
  })

  /** All roles; also those who have nothing in these books, and another workspace. */
  function scopes(): Scope[] {
    const { scope, ways } = shop
    const [first, second, , fourth] = ways
    assert.ok(first && second && fourth)
    const stranger = { ...first, advertiserId: newId<'adv'>(), affiliateId: newId<'aff'>() }
    return [
      scope,
      { ...scope, role: 'ANALYST' } as Scope,
      ...[first, fourth, stranger].map((way) => asAdvertiser(scope, way)),
      ...[first, second, stranger].map((way) => asAffiliate(scope, way)),
    ]
  }

  /** Each field now and then, so that most filters pass something. */
  function filters(): fc.Arbitrary<ConversionFilter> {
    const { ways, clickIds } = shop
    const listed = (known: readonly string[], unknown: readonly string[] = []) =>
      fc.oneof(
        { weight: 6, arbitrary: fc.subarray([...new Set(known)], { minLength: 1 }) },
        { weight: 1, arbitrary: fc.constantFrom([], [...unknown]) },
        { weight: 1, arbitrary: fc.subarray([...new Set(known)]).map((some) => [...some, ...unknown]) },
        { weight: 1, arbitrary: fc.constant(null) },
      )
    const ids = (prefix: 'cmp' | 'adv' | 'aff' | 'lnk' | 'clk', all: readonly string[]) =>
      listed(
        all.map((id) => encodeId(prefix, id as ReturnType<typeof newId<typeof prefix>>)),
        [encodeId(prefix, newId()), 'no id', '', encodeId('key', newId())],
      )
    const traffic = listed(texts, ['unheard'])
    const instant = fc.constantFrom(...instants, ...instants.map((ms) => ms + 1)).map((ms) => new Date(ms))
    const values = fc.record({
      campaignIds: ids(
        'cmp',
        ways.map(({ campaignId }) => campaignId),
      ),
      advertiserIds: ids(
        'adv',
        ways.map(({ advertiserId }) => advertiserId),
      ),
      affiliateIds: ids(
        'aff',
        ways.map(({ affiliateId }) => affiliateId),
      ),
      linkIds: ids(
        'lnk',
        ways.map(({ linkId }) => linkId),
      ),
      clickIds: ids('clk', clickIds),
      events: listed(events, ['']),
      statuses: listed(conversionStatuses) as fc.Arbitrary<ConversionFilter['statuses']>,
      ...{ sources: traffic, creatives: traffic, keywords: traffic },
      ...{ placements: traffic, countries: traffic, devices: traffic },
      subs: fc.option(fc.dictionary(fc.constantFrom('sub1', 'sub2', 'sub10', 'sub3'), fc.constantFrom(...subValues))),
      transactionId: fc.constantFrom(null, '', ...transactions),
      test: fc.constantFrom(null, true, false),
      from: fc.option(instant),
      to: fc.option(instant),
      minRevenue: fc.constantFrom(null, '0', '-1', '1', '1.999', '2', '2.00000001', '10', '33.3333', '999999999999'),
    })
    const names = fc.subarray([...fieldNames], { minLength: 0, maxLength: 4 })
    return fc.tuple(values, names).map(([all, some]) => Object.fromEntries(some.map((name) => [name, all[name]])))
  }
})

const refusal = { code: 'BAD_USER_INPUT', field: 'minRevenue' }

const fieldNames = [
  ...['campaignIds', 'advertiserIds', 'affiliateIds', 'linkIds', 'clickIds', 'events', 'statuses'],
  ...['sources', 'creatives', 'keywords', 'placements', 'countries', 'devices', 'subs', 'transactionId'],
  ...['test', 'from', 'to', 'minRevenue'],
] as (keyof ConversionFilter)[]
