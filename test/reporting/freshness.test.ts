import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import type { Scope } from '../../src/access/scope.js'
import { updateCampaign } from '../../src/catalog/write-campaign.js'
import { type CampaignId, encodeId } from '../../src/kernel/ids.js'
import type { Ledger } from '../../src/ledger/entries.js'
import { readActivity } from '../../src/reporting/read-activity.js'
import { readFoldingLag, readLastBooked } from '../../src/reporting/read-freshness.js'
import { createTestApp, type TestApp } from '../support/app.js'
import { createTestBooks, type TestBooks } from '../support/books.js'
import { clickDraft, makeWay, named, receiptDraft, request, type Way } from '../support/drafts.js'
import { watchStatements } from '../support/statements.js'
import { type Counter, openCounter } from './reconcile/world.js'
import { asAdvertiser, asAffiliate } from './shop.js'

const startMs = Date.parse('2026-03-27T10:00:00Z')
const hourMs = 3_600_000

suite('a silent advertiser', () => {
  let books: TestBooks
  let ledger: Ledger
  let scope: Scope
  let way: Way
  before(async () => {
    books = await createTestBooks()
    ledger = books.openLedger()
  })
  after(() => books.close())
  beforeEach(async () => {
    books.time.nowMs = startMs
    scope = await books.newScope()
    way = await makeWay(books, scope)
  })

  const wait = (hours: number) => {
    books.time.nowMs += hours * hourMs
  }
  const click = (more: Parameters<typeof clickDraft>[2] = {}) =>
    ledger.keepClick(clickDraft(way, books.time.nowMs, more))
  let orders = 0
  const order = () => {
    orders += 1
    return ledger.keepPostback(receiptDraft(way, books.time.nowMs), named(way, { transactionId: `order-${orders}` }))
  }
  async function isSilent(): Promise<boolean> {
    const [one] = await readActivity(books.rows, scope, books.time.nowMs, 10)
    return one?.silent ?? assert.fail('it is not told at all')
  }

  test('has visitors, and has sent nothing for a day and a half', async () => {
    await order()
    wait(36)
    await click()
    assert.equal(await isSilent(), false)
    wait(0.01)
    assert.equal(await isSilent(), true)
    await order()
    assert.equal(await isSilent(), false)
  })

  test('may be one that has never sent anything, counted from when it was made', async () => {
    await click()
    assert.equal(await isSilent(), false)
    wait(36.01)
    assert.equal(await isSilent(), false)
    await click()
    assert.equal(await isSilent(), true)
  })

  test('is none to whom nobody was sent within a day, be it that only bots and tests came', async () => {
    await order()
    await click()
    wait(48)
    await click({ bot: true })
    await click({ test: true })
    assert.equal(await isSilent(), false)
    await click()
    wait(24)
    assert.equal(await isSilent(), true)
    wait(0.01)
    assert.equal(await isSilent(), false)
  })

  test('is none without an active campaign', async () => {
    await order()
    wait(48)
    await click()
    assert.equal(await isSilent(), true)
    await updateCampaign(books.catalogWrites, scope, way.campaignId as CampaignId, { status: 'PAUSED' })
    assert.equal(await isSilent(), false)
  })

  test('is heard of by any postback, also by one that is refused or waits', async () => {
    for (const speak of [
      () => ledger.keepPostback(receiptDraft(way, books.time.nowMs), request({ transactionId: 'unknown' })),
      () =>
        ledger.keepRefusal(receiptDraft(way, books.time.nowMs), {
          ...{ code: 'INVALID_AMOUNT', message: 'no', field: null, httpStatus: 422 },
        }),
    ]) {
      wait(48)
      await click()
      assert.equal(await isSilent(), true)
      await speak()
      assert.equal(await isSilent(), false)
    }
  })

  test('is quiet for three times its usual gap, of its last twenty', async () => {
    // Before, it came once a week; that does not count any more.
    for (let week = 0; week < 3; week += 1) {
      await order()
      wait(7 * 24)
    }
    for (let day = 0; day < 21; day += 1) {
      if (day > 0) wait(24)
      await order()
    }
    wait(72)
    await click()
    assert.equal(await isSilent(), false)
    wait(0.01)
    assert.equal(await isSilent(), true)
  })

  test('stands before all others in the list, and then those that are quiet for longest', async () => {
    const made = [way]
    for (let each = 0; each < 3; each += 1) made.push(await makeWay(books, scope))
    const [first, second, third, fourth] = made as [Way, Way, Way, Way]
    const speak = (at: Way) =>
      ledger.keepPostback(receiptDraft(at, books.time.nowMs), named(at, { transactionId: 'x' }))
    for (const at of [third, first, second, fourth]) {
      await speak(at)
      wait(1)
    }
    wait(40)
    await ledger.keepClick(clickDraft(second, books.time.nowMs))
    await ledger.keepClick(clickDraft(fourth, books.time.nowMs))
    const list = async (limit: number) =>
      (await readActivity(books.rows, scope, books.time.nowMs, limit)).map(({ advertiserId, silent }) => {
        return `${made.findIndex((at) => at.advertiserId === advertiserId) + 1}${silent ? ' silent' : ''}`
      })
    assert.deepEqual(await list(10), ['2 silent', '4 silent', '3', '1'])
    assert.deepEqual(await list(2), ['2 silent', '4 silent'])
  })

  test('is seen by who sees the advertiser, and by no AFFILIATE', async () => {
    const other = await makeWay(books, scope)
    const seen = async (eyes: Scope) =>
      (await readActivity(books.rows, eyes, books.time.nowMs, 10)).map(({ advertiserId }) => advertiserId).sort()
    const both = [way.advertiserId, other.advertiserId].sort()
    assert.deepEqual(await seen(scope), both)
    assert.deepEqual(await seen({ ...scope, role: 'ANALYST' } as Scope), both)
    assert.deepEqual(await seen(asAdvertiser(scope, way)), [way.advertiserId])
    assert.deepEqual(await seen(asAffiliate(scope, way)), [])
    assert.deepEqual(await readActivity(books.rows, asAdvertiser(scope, way), 0, 10, [other.advertiserId]), [])
  })
})

suite('how fresh the books are', () => {
  let books: TestBooks
  let ledger: Ledger
  let way: Way
  before(async () => {
    books = await createTestBooks()
    ledger = books.openLedger()
    way = await makeWay(books, await books.newScope())
  })
  after(() => books.close())

  test('is told by the last figure that moved, and not by what moved none', async () => {
    const last = () => readLastBooked(books.rows, way.scope.workspaceId)
    const sent = named(way, { transactionId: 'a' })
    assert.equal(await last(), null)
    await ledger.keepClick(clickDraft(way, books.time.nowMs))
    assert.equal(await last(), books.time.nowMs)
    books.time.nowMs += 1_000
    await ledger.keepPostback(receiptDraft(way, books.time.nowMs), sent)
    const bookedMs = books.time.nowMs
    assert.equal(await last(), bookedMs)
    books.time.nowMs += 1_000
    await ledger.keepPostback(receiptDraft(way, books.time.nowMs), sent)
    assert.equal(await last(), bookedMs)
    await ledger.keepClick(clickDraft(way, books.time.nowMs))
    assert.equal(await last(), books.time.nowMs)
  })

  test('what waits to be folded is counted, with the age of the oldest', async () => {
    const lag = () => readFoldingLag(books.rows, way.scope.workspaceId)
    while (await books.folding.foldAll());
    assert.deepEqual(await lag(), { changes: 0, clicks: 0, oldestAt: null })
    books.time.nowMs += 1_000
    const oldestAt = books.time.nowMs
    await ledger.keepClick(clickDraft(way, books.time.nowMs))
    assert.deepEqual(await lag(), { changes: 0, clicks: 1, oldestAt })
    books.time.nowMs += 1_000
    for (const transactionId of ['b', 'c']) {
      await ledger.keepPostback(receiptDraft(way, books.time.nowMs), named(way, { transactionId }))
    }
    assert.deepEqual(await lag(), { changes: 2, clicks: 1, oldestAt })
    while (await books.folding.foldAll());
    assert.deepEqual(await lag(), { changes: 0, clicks: 0, oldestAt: null })
    await ledger.keepPostback(receiptDraft(way, books.time.nowMs), named(way, { transactionId: 'd' }))
    assert.deepEqual(await lag(), { changes: 1, clicks: 0, oldestAt: books.time.nowMs })
  })

  test('a workspace of which nothing is folded yet is all behind', async () => {
    const fresh = await makeWay(books, await books.newScope())
    await ledger.keepClick(clickDraft(fresh, books.time.nowMs))
    const lag = await readFoldingLag(books.rows, fresh.scope.workspaceId)
    assert.deepEqual(lag, { changes: 0, clicks: 1, oldestAt: books.time.nowMs })
  })
})

suite('freshness over the API', () => {
  let app: TestApp
  let counter: Counter
  before(async () => {
    app = await createTestApp()
    counter = await openCounter(app)
    await counter.click()
    await counter.order('one')
    app.time.nowMs += 5_000
  })
  after(() => app.close())

  const activity = 'advertiser { id } lastClickAt lastReceiptAt lastConversionAt quietForMs silent'
  const query = `{ viewer { workspace { freshness {
    at lastBookedAt folding { changes clicks oldestMs } advertisers { ${activity} }
  } } } }`
  interface Told {
    readonly at: string
    readonly lastBookedAt: string
    readonly folding: object | null
    readonly advertisers: readonly { advertiser: { id: string }; quietForMs: number }[]
  }
  const ask = async (key: string): Promise<Told> =>
    (await app.get<{ viewer: { workspace: { freshness: Told } } }>(key, query)).viewer.workspace.freshness

  test('tells an ADMIN and an ANALYST all', async () => {
    const bookedAt = new Date(app.time.nowMs - 5_000).toISOString()
    for (const key of [counter.keys.admin, counter.keys.analyst]) {
      const { folding, advertisers, ...told } = await ask(key)
      assert.deepEqual(told, { at: new Date(app.time.nowMs).toISOString(), lastBookedAt: bookedAt })
      assert.deepEqual(Object.keys(folding ?? {}), ['changes', 'clicks', 'oldestMs'])
      assert.equal(advertisers.length, 2)
      assert.deepEqual(
        advertisers.find(({ advertiser }) => advertiser.id === counter.advertiserId),
        {
          advertiser: { id: counter.advertiserId },
          ...{ lastClickAt: bookedAt, lastReceiptAt: bookedAt, lastConversionAt: bookedAt },
          ...{ quietForMs: 5_000, silent: false },
        },
      )
    }
  })

  test('tells an ADVERTISER of itself, and an AFFILIATE of nobody, and neither how much the others do', async () => {
    const own = await ask(counter.keys.advertiser)
    assert.deepEqual(
      [own.folding, own.advertisers.map(({ advertiser }) => advertiser.id)],
      [null, [counter.advertiserId]],
    )
    const affiliate = await ask(counter.keys.affiliate)
    assert.deepEqual([affiliate.folding, affiliate.advertisers], [null, []])
    assert.equal(affiliate.lastBookedAt, own.lastBookedAt)
  })

  test('is told of each advertiser of a list, by as many statements for one as for many', async (context) => {
    const list = `query ($first: Int) { advertisers(first: $first) { nodes { id activity { ${activity} } } } }`
    type List = { advertisers: { nodes: { id: string; activity: { quietForMs: number } | null }[] } }
    const count = async (first: number) => {
      const seen = watchStatements(context)
      const { advertisers } = await app.get<List>(app.adminKey, list, { first })
      context.mock.restoreAll()
      assert.equal(advertisers.nodes.length, first)
      for (const node of advertisers.nodes) assert.equal(typeof node.activity?.quietForMs, 'number')
      return seen.filter(({ text }) => text.includes('with unfolded')).length
    }
    assert.deepEqual([await count(1), await count(2)], [1, 1])
    const seen = await app.get<List>(counter.keys.affiliate, list, { first: 10 })
    assert.deepEqual(
      seen.advertisers.nodes.map((node) => node.activity),
      seen.advertisers.nodes.map(() => null),
    )
    assert.ok(seen.advertisers.nodes.every(({ id }) => id === encodeId('adv', counter.way.advertiserId)))
  })

  test('lists no more advertisers than it may', async () => {
    const all = `{ viewer { workspace { freshness { advertisers(first: 1001) { silent } } } } }`
    const headers = { authorization: `Bearer ${app.adminKey}` }
    const response = await app.server.inject({ method: 'POST', url: '/graphql', headers, payload: { query: all } })
    assert.equal(response.json().errors[0].extensions.field, 'first')
  })
})
