import fc from 'fast-check'
import type { Scope } from '../../src/access/scope.js'
import { updateCampaign } from '../../src/catalog/write-campaign.js'
import { type ClickId, type ConversionId, newId } from '../../src/kernel/ids.js'
import type { ConversionStatus } from '../../src/kernel/vocabulary.js'
import type { Ledger } from '../../src/ledger/entries.js'
import { rematchParked } from '../../src/ledger/rematch.js'
import type { TestBooks } from '../support/books.js'
import { clickDraft, fixed, makeWay, named, receiptDraft, request, sale, type Way } from '../support/drafts.js'

/** What may stand in a filter, so that filters meet what is in the books. */
export const texts = ['', 'mail', 'Mail', 'ü "quoted"', "it's", '%']
export const subValues = ['', 'a', 'b"\\', 'ü']
export const events = ['sale', 'lead', 'install']
export const transactions = ['A', 'B', 'C', 'a', 'Ä']
export const startMs = Date.parse('2026-03-27T10:00:00Z')
/** Conversions occur at few instants, so that the borders of filters fall on them. */
export const instants = [0, 1, 999, 60_000, 900_000].map((aheadMs) => startMs - 3_600_000 + aheadMs)

const text = fc.constantFrom(...texts)
const status = fc.constantFrom<ConversionStatus | null>(null, null, 'PENDING', 'APPROVED', 'REJECTED', 'REVERSED')
const amount = fc.constantFrom(null, '10', '19.99', '20', '0', '100.00005', '333.3333')
const seldom = fc.integer({ min: 0, max: 4 }).map((number) => number === 0)

const event = fc.record({
  way: fc.nat(9),
  kind: fc.constantFrom('click', 'order by click', 'order by click', 'order by name', 'again', 'again', 'hand'),
  /** Which of the clicks or conversions that there are; or an id that a click will have later. */
  which: fc.nat(1_000),
  isForetold: seldom,
  traffic: fc.record({ source: text, creative: text, keyword: text, placement: text, country: text, device: text }),
  subs: fc.dictionary(fc.constantFrom('sub1', 'sub2', 'sub10'), fc.constantFrom(...subValues), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
  transactionId: fc.oneof(
    fc.constantFrom(null, ...transactions),
    fc.nat(999).map((number) => `order-${number}`),
  ),
  event: fc.constantFrom('sale', 'sale', 'lead', 'install'),
  occurredAtMs: fc.constantFrom(...instants),
  reason: fc.constantFrom(null, 'by hand'),
  test: seldom,
  status,
  amount,
})
type Event = typeof event extends fc.Arbitrary<infer Value> ? Value : never

const goals = [
  { ...sale, revenue: { kind: 'PERCENT' as const, value: '10' }, startsAs: 'PENDING' as const },
  { event: 'lead', revenue: { kind: 'PASSED' as const }, payout: fixed('0.3333') },
].map((goal) => ({ ...goal, duplicates: 'UPDATE' as const }))
const install = { event: 'install', revenue: fixed('1.5'), payout: fixed('1'), duplicates: 'COUNT_EACH' as const }

/** Two advertisers, two affiliates, three campaigns, five links. */
async function openShops(books: Pick<TestBooks, 'catalogWrites'>, scope: Scope): Promise<Way[]> {
  const first = await makeWay(books, scope, { goals })
  const { advertiserId, affiliateId, campaignId } = first
  const second = await makeWay(books, scope, {}, { advertiserId, campaignId })
  const third = await makeWay(books, scope, { goals }, { advertiserId, affiliateId })
  const fourth = await makeWay(books, scope, { goals }, { affiliateId })
  const { affiliateId: other } = second
  const fifth = await makeWay(books, scope, {}, { ...fourth, affiliateId: other })
  return [first, second, third, fourth, fifth]
}

/** Books in which much has happened: orders with and without clicks, early ones, tests, new amounts, every step of status. */
export async function churn(
  books: Pick<TestBooks, 'newScope' | 'time' | 'catalogWrites' | 'rows'>,
  ledger: Ledger,
  seed: number,
  count: number,
) {
  const scope = await books.newScope()
  const { workspaceId } = scope
  const ways = await openShops(books, scope)
  const clicks: { readonly id: ClickId; readonly way: Way }[] = []
  const foretold: { readonly id: ClickId; readonly way: Way }[] = []
  const sent: { readonly way: Way; readonly request: ReturnType<typeof request> }[] = []
  const conversionIds: ConversionId[] = []

  async function keep(way: Way, understood: ReturnType<typeof request>): Promise<void> {
    sent.push({ way, request: understood })
    const { conversionId } = await ledger.keepPostback(receiptDraft(way, books.time.nowMs), understood)
    if (conversionId !== null) conversionIds.push(conversionId)
  }

  async function click({ way: at, traffic, subs, test, isForetold }: Event): Promise<void> {
    const early = isForetold ? foretold.shift() : undefined
    const way = early?.way ?? pick(ways, at)
    const atMs = startMs - 7_200_000
    const draft = clickDraft(way, atMs, { ...traffic, subs, test, ...(early === undefined ? {} : { id: early.id }) })
    clicks.push({ id: draft.id, way })
    await ledger.keepClick(draft)
  }

  async function happen(one: Event): Promise<void> {
    const { kind, which, transactionId, event, amount, status, occurredAtMs, test } = one
    const told = { transactionId, event, amount, status, occurredAtMs, test }
    if (kind === 'click' || clicks.length === 0) return click(one)
    if (kind === 'order by name') return keep(pick(ways, one.way), named(pick(ways, one.way), told))
    if (kind === 'order by click' || sent.length === 0) {
      const early = { id: newId<'clk'>(startMs), way: pick(ways, one.way) }
      if (one.isForetold) foretold.push(early)
      const { id, way } = one.isForetold ? early : pick(clicks, which)
      return keep(way, request({ ...told, clickId: id }))
    }
    if (kind === 'again') {
      const { way, request: before } = pick(sent, which)
      return keep(way, request({ ...before, amount, status, occurredAtMs: null }))
    }
    if (conversionIds.length === 0 || status === null) return
    const conversionId = pick(conversionIds, which)
    await ledger.setConversionStatus({ workspaceId, conversionId, status, reason: one.reason })
  }

  const all = fc.sample(event, { seed, numRuns: count })
  for (let from = 0; from < all.length; from += 12) {
    books.time.nowMs += 1_001
    await Promise.all(all.slice(from, from + 12).map(happen))
  }
  for (const { id, way } of foretold)
    await ledger.keepClick(clickDraft(way, startMs - 7_200_000, { id, source: 'late' }))
  for (const { campaignId } of ways) {
    await updateCampaign(books.catalogWrites, scope, campaignId, { goals: [...goals, install] })
  }
  await rematchParked(books.rows, ledger)
  return { scope, ways, clickIds: clicks.map(({ id }) => id) }
}

const pick = <T>(all: readonly T[], index: number): T => all[index % all.length] as T // none is empty
