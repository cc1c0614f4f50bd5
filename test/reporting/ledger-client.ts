import Big from 'big.js'
import type { Scope } from '../../src/access/scope.js'
import { type Dimension, isConversionsOwn } from '../../src/reporting/dimensions.js'
import type { AskedQuestion } from '../../src/reporting/question.js'
import type { Status, Worth } from './oracle-books.js'
import { addSums, addWorth, emptySums, metricsOf, type Sums } from './oracle-metrics.js'
import type { Zone } from './oracle-zone.js'
import { plain } from './shop.js'

/**
 * A client that keeps a report current by itself: it asked once, and from then on adds what `changes` tells. All that it
 * has is what the API answered.
 */
export interface ToldReport {
  readonly from: string
  readonly to: string
  readonly timeZone: string
  readonly asOf: string
  readonly rows: readonly { readonly bucket: string | null; readonly key: Key; readonly metrics: ToldMetrics }[]
  readonly totals: ToldMetrics
}

type Key = Readonly<Partial<Record<Dimension, string>>>
type Count = 'clicks' | 'uniqueClicks' | 'botClicks' | 'pending' | 'approved' | 'rejected' | 'reversed'
type Sum = 'saleAmount' | 'revenue' | 'payout' | 'approvedRevenue' | 'approvedPayout' | 'cost'
export type ToldMetrics = Readonly<Record<Count, number> & Record<Sum, string | null>>

type Money = Readonly<Record<'saleAmount' | 'revenue' | 'payout', string | null>>
type Deltas = Readonly<Record<'saleAmountDelta' | 'revenueDelta' | 'payoutDelta', string | null>>
type Named = { readonly id: string } | null

export interface ToldChange extends Money, Deltas {
  readonly at: string
  readonly status: Status
  readonly previousStatus: Status | null
  readonly conversion: Readonly<
    Record<'source' | 'creative' | 'keyword' | 'placement' | 'country' | 'device', string | null> &
      Record<'campaign' | 'advertiser' | 'affiliate' | 'link', Named>
  > & {
    readonly event: string
    readonly test: boolean
    readonly occurredAt: string
    readonly clickedAt: string | null
  }
}

/** What a change tells of its conversion. */
export const changeFields = `at status previousStatus saleAmount revenue payout saleAmountDelta revenueDelta payoutDelta
  conversion {
    test event occurredAt clickedAt campaign { id } advertiser { id } affiliate { id } link { id }
    source creative keyword placement country device
  }`
export const toldDimensions: readonly Dimension[] = [
  ...(['CAMPAIGN', 'ADVERTISER', 'AFFILIATE', 'LINK', 'EVENT', 'STATUS'] as const),
  ...(['SOURCE', 'CREATIVE', 'KEYWORD', 'PLACEMENT', 'COUNTRY', 'DEVICE'] as const),
]

/** The rows, by bucket and key, and the totals after these changes, as this viewer sees them. */
export function applyChanges(
  report: ToldReport,
  changes: readonly ToldChange[],
  asked: AskedQuestion,
  scope: Scope,
  zone: Zone,
) {
  const groupBy = asked.groupBy ?? []
  const idOf = (bucket: number | null, key: Key) => JSON.stringify([bucket, groupBy.map((name) => key[name] ?? '')])
  /** Clicks have no event and no status: all rows that differ in nothing else have the same. */
  const clicksIdOf = (bucket: number | null, key: Key) =>
    idOf(bucket, Object.fromEntries(Object.entries(key).filter(([name]) => !isConversionsOwn(name as Dimension))))
  const clicks = new Map<string, Sums>()
  const conversions = new Map<string, { readonly clicksId: string; readonly sums: Sums }>()
  for (const { bucket, key, metrics } of report.rows) {
    const beginsAt = bucket === null ? null : Date.parse(bucket)
    const clicksId = clicksIdOf(beginsAt, key)
    clicks.set(clicksId, clickSums(metrics))
    conversions.set(idOf(beginsAt, key), { clicksId, sums: conversionSums(metrics) })
  }
  const totals = emptySums()
  addSums(totals, clickSums(report.totals))
  addSums(totals, conversionSums(report.totals))

  for (const change of changes) {
    const { conversion } = change
    const atMs = Date.parse(momentOf(change, asked.basis ?? 'EVENT'))
    if (conversion.test !== (asked.test ?? false)) continue
    if (atMs < Date.parse(report.from) || atMs >= Date.parse(report.to)) continue
    const bucket = asked.interval == null ? null : zone.bucketOf(atMs, asked.interval)
    for (const [worth, sign] of worthsOf(change)) {
      const key = keyOf(conversion, worth.status)
      const row = conversions.get(idOf(bucket, key)) ?? { clicksId: clicksIdOf(bucket, key), sums: emptySums() }
      conversions.set(idOf(bucket, key), row)
      addWorth(row.sums, worth, sign)
      addWorth(totals, worth, sign)
    }
  }

  const rows = new Map<string, object>()
  const met = new Set<string>()
  for (const [id, { clicksId, sums }] of conversions) {
    if (showsNothing(metricsOf(sums, scope))) continue
    met.add(clicksId)
    addSums(sums, clicks.get(clicksId) ?? emptySums())
    rows.set(id, metricsOf(sums, scope))
  }
  for (const [id, sums] of clicks) if (!met.has(id)) rows.set(id, metricsOf(sums, scope))
  return { rows: byId(rows), totals: plain(metricsOf(totals, scope)) }
}

/** A report's rows by the same ids. */
export function rowsById(report: ToldReport, { groupBy }: AskedQuestion): Record<string, object> {
  const values = (key: Key) => (groupBy ?? []).map((name) => key[name] ?? '')
  const at = (bucket: string | null) => (bucket === null ? null : Date.parse(bucket))
  return byId(
    new Map(report.rows.map(({ bucket, key, metrics }) => [JSON.stringify([at(bucket), values(key)]), metrics])),
  )
}

/** Without rows in which all that moved is hidden from this viewer: a client cannot know of them. */
function byId(rows: ReadonlyMap<string, object>): Record<string, object> {
  return Object.fromEntries(
    [...rows].filter(([, metrics]) => !showsNothing(metrics)).map(([id, one]) => [id, plain(one)]),
  )
}

const showsNothing = (metrics: object): boolean => Object.values(plain(metrics)).every((figure) => Number(figure) === 0)

function momentOf({ at, conversion }: ToldChange, basis: 'EVENT' | 'CLICK' | 'CHANGE'): string {
  if (basis === 'CHANGE') return at
  return basis === 'CLICK' ? (conversion.clickedAt ?? conversion.occurredAt) : conversion.occurredAt
}

/** What it is worth now, and what it was worth before is taken away; what is hidden counts as nothing. */
function worthsOf(change: ToldChange): [Worth, 1 | -1][] {
  const big = (text: string | null) => new Big(text ?? '0')
  const saleAmount = big(change.saleAmount)
  const revenue = big(change.revenue)
  const payout = big(change.payout)
  const after: [Worth, 1] = [{ status: change.status, saleAmount, revenue, payout }, 1]
  if (change.previousStatus === null) return [after]
  const before: Worth = {
    status: change.previousStatus,
    saleAmount: saleAmount.minus(big(change.saleAmountDelta)),
    revenue: revenue.minus(big(change.revenueDelta)),
    payout: payout.minus(big(change.payoutDelta)),
  }
  return [after, [before, -1]]
}

const keyOf = (conversion: ToldChange['conversion'], status: Status): Key => ({
  CAMPAIGN: conversion.campaign?.id ?? '',
  ADVERTISER: conversion.advertiser?.id ?? '',
  AFFILIATE: conversion.affiliate?.id ?? '',
  LINK: conversion.link?.id ?? '',
  EVENT: conversion.event,
  STATUS: status,
  SOURCE: conversion.source ?? '',
  CREATIVE: conversion.creative ?? '',
  KEYWORD: conversion.keyword ?? '',
  PLACEMENT: conversion.placement ?? '',
  COUNTRY: conversion.country ?? '',
  DEVICE: conversion.device ?? '',
})

function clickSums({ clicks, uniqueClicks, botClicks, cost }: ToldMetrics): Sums {
  return { ...emptySums(), clicks, uniqueClicks, botClicks, cost: new Big(cost ?? '0') }
}

/** Which part of a sum was pending is told only for what is approved beside it, and asked for by no figure. */
function conversionSums(metrics: ToldMetrics): Sums {
  const sums = emptySums()
  const big = (text: string | null) => new Big(text ?? '0')
  const { pending: PENDING, approved: APPROVED, rejected: REJECTED, reversed: REVERSED } = metrics
  Object.assign(sums.counts, { PENDING, APPROVED, REJECTED, REVERSED })
  const [approvedRevenue, approvedPayout] = [big(metrics.approvedRevenue), big(metrics.approvedPayout)]
  Object.assign(sums.money.APPROVED, { revenue: approvedRevenue, payout: approvedPayout })
  sums.money.PENDING.saleAmount = big(metrics.saleAmount)
  sums.money.PENDING.revenue = big(metrics.revenue).minus(approvedRevenue)
  sums.money.PENDING.payout = big(metrics.payout).minus(approvedPayout)
  return sums
}
