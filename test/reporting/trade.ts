import fc from 'fast-check'
import type { Scope } from '../../src/access/scope.js'
import { type ClickId, type ConversionId, newId } from '../../src/kernel/ids.js'
import type { Ledger } from '../../src/ledger/entries.js'
import { ensurePartitions } from '../../src/ledger/partitions.js'
import type { TestBooks } from '../support/books.js'
import { fixed, makeWay, type Way } from '../support/drafts.js'
import type { Zone } from './oracle-zone.js'
import { createTill } from './shop.js'

/**
 * Months of trade in three workspaces that have the same kind of traffic, some of it under the very same click ids. What
 * happens, happens at the moments that reports could get wrong: where days, months and hours begin in some zone, where
 * its clocks jump, and where a quarter of an hour ends, each also a millisecond before.
 */
export const texts = ['', 'mail', 'Mail', 'ü "quoted"', "it's", '%', 'z']
export const countries = ['', 'DE', 'NP', 'US']
export const few = ['', 'a', 'b']
export const subValues = ['a', 'b"\\', 'ü']
export const tradedSubs = ['sub1', 'sub2', 'sub10'] as const
export const events = ['sale', 'lead', 'install']

export interface Tenant {
  readonly scope: Scope
  readonly ways: readonly Way[]
  /** Everything that was clicked, in order, and by whom. */
  readonly clicks: readonly Visit[]
}

interface Visit {
  readonly id: ClickId
  readonly way: Way
  readonly atMs: number
  readonly visitor: string
  readonly bot: boolean
  readonly test: boolean
}

interface Without {
  readonly clicks?: boolean
  readonly folds?: boolean
}

export interface Trade {
  readonly tenants: readonly Tenant[]
  /** Lets so many moments between two instants happen, one after the other; folds now and then. */
  live(fromMs: number, toMs: number, moments: number, seed: number, without?: Without): Promise<void>
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const seldom = fc.integer({ min: 0, max: 11 }).map((number) => number === 0)
const text = fc.constantFrom(...texts)

const click = fc.record({
  tenants: fc.constantFrom([0], [1], [2], [0, 1, 2]),
  way: fc.nat(7),
  lateMs: fc.constantFrom(0, 0, 0, 1, 60_000, 5 * hourMs, 40 * hourMs),
  traffic: fc.record({
    ...{ source: text, creative: fc.constantFrom(...few), keyword: fc.constantFrom(...few), placement: text },
    ...{ country: fc.constantFrom(...countries), region: fc.constantFrom(...few), language: fc.constantFrom(...few) },
    ...{ device: fc.constantFrom(...few), os: fc.constantFrom(...few), browser: fc.constantFrom(...few) },
    visitor: fc.constantFrom('1', '1', '2', '3', '-9'),
    cost: fc.constantFrom('0', '0', '0.05', '0.3333', '1.2345'),
    bot: seldom,
    test: seldom,
  }),
  subs: fc.dictionary(fc.constantFrom(...tradedSubs), fc.constantFrom(...subValues), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
})

const amount = fc.constantFrom('10', '19.99', '0', '100.00005', '333.3333', '7')
const order = fc.record({
  tenant: fc.nat(2),
  kind: fc.constantFrom('click', 'click', 'old click', 'name', 'again', 'again'),
  which: fc.nat(10_000),
  told: fc.record({
    event: fc.constantFrom(...events),
    status: fc.constantFrom(null, null, 'PENDING' as const, 'APPROVED' as const, 'REJECTED' as const),
    amount,
    test: seldom,
  }),
  again: fc.record({
    status: fc.constantFrom(null, 'APPROVED' as const, 'REJECTED' as const, 'REVERSED' as const),
    amount: fc.option(amount),
  }),
  agoMs: fc.constantFrom(0, 0, 1, 899_999, 900_000, 7 * hourMs, 9 * dayMs),
})

const step = fc.record({
  tenant: fc.nat(2),
  which: fc.nat(10_000),
  status: fc.constantFrom('APPROVED' as const, 'APPROVED' as const, 'REJECTED' as const, 'REVERSED' as const),
})

const moment = fc.record({
  where: fc.nat(100_000),
  besideMs: fc.constantFrom(-900_000, -1, 0, 0, 1, 899_999, 900_000, 1_234_567),
  clicks: fc.array(click, { minLength: 4, maxLength: 13, size: 'max' }),
  orders: fc.array(order, { minLength: 2, maxLength: 6, size: 'max' }),
  steps: fc.array(step, { maxLength: 3, size: 'max' }),
  isFolded: seldom,
})
type Moment = typeof moment extends fc.Arbitrary<infer Value> ? Value : never

const percent = (value: string) => ({ kind: 'PERCENT' as const, value })
const passed = { kind: 'PASSED' as const }
const goals = [
  { event: 'sale', revenue: percent('10'), payout: percent('7.5'), startsAs: 'PENDING', duplicates: 'UPDATE' },
  { event: 'lead', revenue: passed, payout: percent('33.333333'), startsAs: 'APPROVED', duplicates: 'UPDATE' },
  { event: 'install', revenue: fixed('1.2345'), payout: fixed('0.5'), startsAs: 'APPROVED', duplicates: 'KEEP_FIRST' },
] as const

/** Two advertisers, three affiliates, three campaigns, eight links. */
async function openWays(books: Pick<TestBooks, 'catalogWrites'>, scope: Scope): Promise<Way[]> {
  const campaign = { goals: goals.map((goal) => ({ ...goal })), attributionWindowDays: 365 }
  const first = await makeWay(books, scope, campaign)
  const second = await makeWay(books, scope, campaign, { advertiserId: first.advertiserId })
  const third = await makeWay(books, scope, campaign, { affiliateId: first.affiliateId })
  const to = ({ advertiserId, campaignId }: Way, { affiliateId }: Partial<Way>) =>
    makeWay(books, scope, {}, { advertiserId, campaignId, ...(affiliateId === undefined ? {} : { affiliateId }) })
  const fourth = await to(third, {})
  const more = [await to(first, second), await to(second, first), await to(first, first), await to(third, second)]
  return [first, second, third, fourth, ...more]
}

/** What a tenant has so far, for later events to come back to. */
interface Stock {
  readonly tenant: Tenant
  readonly clicks: Visit[]
  readonly orders: { readonly transactionId: string; readonly way: Way; readonly event: string }[]
  /** Also counts those that are still on their way. */
  ordered: number
  readonly conversions: ConversionId[]
}

export async function openTrade(
  books: Pick<TestBooks, 'rows' | 'time' | 'folding' | 'catalogWrites'>,
  ledger: Ledger,
  scopes: readonly Scope[],
  zones: readonly Zone[],
): Promise<Trade> {
  const till = createTill(books, ledger)
  const stocks: Stock[] = []
  for (const scope of scopes) {
    const clicks: Visit[] = []
    const tenant = { scope, ways: await openWays(books, scope), clicks }
    stocks.push({ tenant, clicks, orders: [], ordered: 0, conversions: [] })
  }

  async function click({ tenants, way: at, lateMs, traffic, subs }: Moment['clicks'][number]): Promise<void> {
    const { visitor, bot, test } = traffic
    const atMs = books.time.nowMs - lateMs
    const id = newId<'clk'>(atMs)
    await Promise.all(
      tenants.map(async (index) => {
        const { tenant, clicks } = pick(stocks, index)
        const way = pick(tenant.ways, at)
        await till.click(way, { ...traffic, subs, id }, atMs)
        clicks.push({ id, way, atMs, visitor, bot, test })
      }),
    )
  }

  async function keepOrder({ tenant, kind, which, told, again, agoMs }: Moment['orders'][number]): Promise<void> {
    const stock = pick(stocks, tenant)
    const { clicks, orders, conversions } = stock
    if (kind === 'again' && orders.length > 0) {
      const { way, ...one } = pick(orders, which)
      await till.again(way, { ...one, ...again })
      return
    }
    stock.ordered += 1
    const transactionId = `order-${stock.ordered}`
    const occurredAtMs = books.time.nowMs - agoMs
    const more = { ...told, transactionId, occurredAtMs }
    const recent = clicks.slice(kind === 'old click' ? -900 : -40)
    const click = kind === 'name' || recent.length === 0 ? null : pick(recent, which)
    const way = click?.way ?? pick(stock.tenant.ways, which)
    conversions.push(await (click === null ? till.orderAt(way, occurredAtMs, more) : till.order(way, click.id, more)))
    orders.push({ transactionId, way, event: told.event })
  }

  async function takeStep({ tenant: index, which, status }: Moment['steps'][number]): Promise<void> {
    const { tenant, conversions } = pick(stocks, index)
    if (conversions.length === 0) return
    const { workspaceId } = tenant.scope
    await ledger.setConversionStatus({ workspaceId, conversionId: pick(conversions, which), status, reason: null })
  }

  return {
    tenants: stocks.map(({ tenant }) => tenant),
    async live(fromMs, toMs, moments, seed, without = {}) {
      await ensurePartitions(books.rows, fromMs - 3 * dayMs, toMs)
      const instants = hostileInstants(zones, fromMs, toMs)
      const atMs = ({ where, besideMs }: Moment) => pick(instants, where) + besideMs
      const all = fc.sample(moment, { seed, numRuns: moments }).sort((one, other) => atMs(one) - atMs(other))
      for (const one of all) {
        books.time.nowMs = atMs(one)
        if (!without.clicks) await Promise.all(one.clicks.map(click))
        await Promise.all(one.orders.map(keepOrder))
        await Promise.all(one.steps.map(takeStep))
        if (one.isFolded && !without.folds) await books.folding.foldAll()
      }
    },
  }
}

/** Where days begin and clocks jump in these zones, and noon of each day. */
export function hostileInstants(zones: readonly Zone[], fromMs: number, toMs: number): number[] {
  const instants = new Set<number>()
  for (const { stretches, bucketOf } of zones) {
    for (const { fromMs: jumpMs } of stretches) instants.add(jumpMs)
    for (let atMs = fromMs; atMs < toMs; atMs += dayMs) instants.add(bucketOf(atMs, 'DAY'))
  }
  for (let atMs = fromMs; atMs < toMs; atMs += dayMs) instants.add(atMs + dayMs / 2)
  return [...instants].filter((atMs) => atMs >= fromMs && atMs < toMs).sort((one, other) => one - other)
}

export const pick = <T>(all: readonly T[], index: number): T => all[index % all.length] as T // none is empty
