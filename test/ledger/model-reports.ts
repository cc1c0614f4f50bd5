import { divideHalfEven, moneyText, scaled } from './exact.js'
import type { ModelBooks, ModelChange, ModelClick, ModelConversion, Status } from './model.js'

/** Reports by adding up everything, for each row anew. */
export type ModelDimension = 'CAMPAIGN' | 'AFFILIATE' | 'LINK' | 'EVENT' | 'STATUS' | 'SOURCE' | 'COUNTRY' | 'SUB1'
export type ModelBasis = 'EVENT' | 'CLICK' | 'CHANGE'

export interface ModelQuestion {
  readonly groupBy: readonly ModelDimension[]
  readonly basis: ModelBasis
  readonly test: boolean
  /** Days of this zone, or all in one row. */
  readonly dayZone: string | null
}

const statuses: readonly Status[] = ['PENDING', 'APPROVED', 'REJECTED', 'REVERSED']
const sumNames = ['clicks', 'unique', 'bots', 'cost', ...statuses, 'sale', 'revenue', 'payout', 'okRevenue', 'okPayout']
type Sums = Record<string, bigint>

/** Metrics by row; the row of totals has the key `totals`. */
export function modelReport(books: ModelBooks, question: ModelQuestion): Record<string, object> {
  const { groupBy } = question
  const ofConversions = new Map<string, Sums>()
  const ofClicks = new Map<string, Sums>()
  const totals = emptySums()
  const isOwn = (dimension: string) => dimension === 'EVENT' || dimension === 'STATUS'

  for (const { atMs, key, sums } of conversionFacts(books, question)) {
    const rowKey = JSON.stringify([dayOf(atMs, question), groupBy.map((dimension) => key[dimension])])
    addTo(ofConversions, rowKey, sums)
    add(totals, sums)
  }
  for (const click of books.clicks.filter(({ test }) => test === question.test)) {
    const key = clickKey(click)
    const atMs = question.basis === 'CHANGE' ? click.bookedAtMs : click.atMs
    addTo(
      ofClicks,
      JSON.stringify([dayOf(atMs, question), groupBy.map((d) => (isOwn(d) ? null : key[d]))]),
      clickSums(click),
    )
    add(totals, clickSums(click))
  }

  const rows: Record<string, object> = { totals: metrics(totals) }
  const met = new Set<string>()
  for (const [rowKey, sums] of ofConversions) {
    if (isNothing(sums)) continue
    const [day, values] = JSON.parse(rowKey) as [string, string[]]
    const shared = JSON.stringify([day, values.map((value, index) => (isOwn(groupBy[index] ?? '') ? null : value))])
    met.add(shared)
    add(sums, ofClicks.get(shared) ?? {})
    rows[rowKey] = metrics(sums)
  }
  for (const [shared, sums] of ofClicks) {
    if (met.has(shared) || isNothing(sums)) continue
    const [day, values] = JSON.parse(shared) as [string, (string | null)[]]
    rows[JSON.stringify([day, values.map((value) => value ?? '')])] = metrics(sums)
  }
  return rows
}

interface Fact {
  readonly atMs: number
  readonly key: Record<string, string>
  readonly sums: Sums
}

/** What each conversion, or each change to one, adds; apart by status, because a report may ask by status. */
function conversionFacts(books: ModelBooks, { basis, test }: ModelQuestion): Fact[] {
  const wanted = ({ conversion }: ModelChange) => conversion.test === test
  return books.changes.filter(wanted).flatMap(({ conversion, bookedAtMs, before, after }) => {
    const atMs = { EVENT: conversion.occurredAtMs, CLICK: conversion.click?.atMs, CHANGE: bookedAtMs }[basis]
    const place = { atMs: atMs ?? conversion.occurredAtMs, key: conversionKey(conversion) }
    const fact = (figures: typeof after, sign: bigint): Fact => {
      const earns = figures.status === 'PENDING' || figures.status === 'APPROVED' ? sign : 0n
      const isApproved = figures.status === 'APPROVED' ? sign : 0n
      const sums = {
        [figures.status]: sign,
        sale: earns * figures.sale,
        revenue: earns * figures.revenue,
        payout: earns * figures.payout,
        okRevenue: isApproved * figures.revenue,
        okPayout: isApproved * figures.payout,
      }
      return { ...place, key: { ...place.key, STATUS: figures.status }, sums }
    }
    return before === null ? [fact(after, 1n)] : [fact(after, 1n), fact(before, -1n)]
  })
}

const conversionKey = (conversion: ModelConversion): Record<string, string> => ({
  CAMPAIGN: conversion.campaign,
  AFFILIATE: conversion.affiliate,
  LINK: conversion.click?.link ?? '',
  EVENT: conversion.goal.event,
  SOURCE: conversion.click?.source ?? '',
  COUNTRY: conversion.click?.country ?? '',
  SUB1: conversion.click?.sub1 ?? '',
})

const clickKey = ({ campaign, affiliate, link, source, country, sub1 }: ModelClick): Record<string, string> => ({
  CAMPAIGN: campaign,
  AFFILIATE: affiliate,
  LINK: link,
  SOURCE: source,
  COUNTRY: country,
  SUB1: sub1,
})

const clickSums = ({ bot, first, cost }: ModelClick): Sums => ({
  clicks: bot ? 0n : 1n,
  unique: first ? 1n : 0n,
  bots: bot ? 1n : 0n,
  cost: scaled(cost, 4),
})

export function dayIn(atMs: number, zone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(atMs)
}
const dayOf = (atMs: number, { dayZone }: ModelQuestion): string => (dayZone === null ? '' : dayIn(atMs, dayZone))

const emptySums = (): Sums => Object.fromEntries(sumNames.map((name) => [name, 0n]))
const isNothing = (sums: Sums): boolean => Object.values(sums).every((sum) => sum === 0n)

function add(sums: Sums, more: Sums): void {
  for (const [name, value] of Object.entries(more)) sums[name] = (sums[name] ?? 0n) + value
}

function addTo(all: Map<string, Sums>, key: string, more: Sums): void {
  const sums = all.get(key) ?? emptySums()
  all.set(key, sums)
  add(sums, more)
}

/** As the API shows them to an admin, money as text. */
function metrics(sums: Sums): object {
  const get = (name: string) => sums[name] ?? 0n
  const count = (name: string) => Number(get(name))
  const [clicks, pending, approved, rejected, reversed] = ['clicks', ...statuses].map(count) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const conversions = pending + approved
  const settled = approved + rejected + reversed
  const profit = get('revenue') - get('payout') - get('cost')
  const each = (part: bigint, whole: number) =>
    whole === 0
      ? null
      : moneyText(whole < 0 ? divideHalfEven(-part, BigInt(-whole)) : divideHalfEven(part, BigInt(whole)))
  return {
    clicks,
    uniqueClicks: count('unique'),
    botClicks: count('bots'),
    conversions,
    pending,
    approved,
    rejected,
    reversed,
    saleAmount: moneyText(get('sale')),
    revenue: moneyText(get('revenue')),
    payout: moneyText(get('payout')),
    cost: moneyText(get('cost')),
    profit: moneyText(profit),
    approvedRevenue: moneyText(get('okRevenue')),
    approvedPayout: moneyText(get('okPayout')),
    conversionRate: clicks === 0 ? null : conversions / clicks,
    approvalRate: settled === 0 ? null : approved / settled,
    earningsPerClick: each(get('revenue'), clicks),
    costPerAction: each(get('cost'), conversions),
    averageOrderValue: each(get('sale'), conversions),
  }
}
