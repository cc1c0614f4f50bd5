import type { Conversion } from '../attribution/conversion.js'
import type { Reason } from '../attribution/request.js'
import type { AdvertiserId, ClickId, ConversionId, ReceiptId, WorkspaceId } from '../kernel/ids.js'
import { formatDecimal, type Money, zero } from '../kernel/money.js'
import type { ChangeKind, Outcome } from '../kernel/vocabulary.js'
import type { RowOf } from './columns.js'
import type { ClickDraft } from './entries.js'
import type { LedgerChange } from './ledger-change.js'
import type { CarriedTraffic, ParkedPostback, Traffic } from './records.js'
import { storeRequest } from './stored-request.js'

export interface ReceiptOutcome {
  readonly outcome: Outcome
  readonly reason: Reason | null
  readonly conversionId: ConversionId | null
}

export interface Change {
  readonly before: Conversion | null
  readonly after: Conversion
  readonly kind: ChangeKind
  readonly receiptId: ReceiptId | null
  readonly reason: string | null
  readonly traffic: CarriedTraffic
}

const decimal = (value: Money | null): string | null => (value === null ? null : formatDecimal(value))

export const outcomeColumns = ({ outcome, reason, conversionId }: ReceiptOutcome) => ({
  outcome,
  reason_code: reason?.code ?? null,
  reason: reason?.message ?? null,
  field: reason?.field ?? null,
  conversion_id: conversionId,
})

export const clickRow = (
  click: ClickDraft,
  advertiserId: AdvertiserId,
  firstVisit: boolean,
  revision: number,
  bookedAtMs: number,
): RowOf<'click'> => ({
  workspace_id: click.workspaceId,
  id: click.id,
  revision,
  at: click.atMs,
  booked_at: bookedAtMs,
  advertiser_id: advertiserId,
  campaign_id: click.campaignId,
  affiliate_id: click.affiliateId,
  link_id: click.linkId,
  test: click.test,
  bot: click.bot,
  first_visit: firstVisit,
  ...trafficColumns(click),
  cost: click.cost,
  external_id: click.externalId,
  external_kind: click.externalKind,
  ip: click.ip,
  user_agent: click.userAgent,
})

const trafficColumns = (traffic: Traffic | null) => ({
  source: traffic?.source ?? '',
  creative: traffic?.creative ?? '',
  keyword: traffic?.keyword ?? '',
  placement: traffic?.placement ?? '',
  subs: traffic?.subs ?? {},
  country: traffic?.country ?? '',
  region: traffic?.region ?? '',
  language: traffic?.language ?? '',
  device: traffic?.device ?? '',
  os: traffic?.os ?? '',
  browser: traffic?.browser ?? '',
})

export const parkedRow = (
  { workspaceId, receiptId, advertiserId, atMs, request, lacksCatalog }: ParkedPostback,
  catalog_version: number,
): RowOf<'parked_postback'> => ({
  workspace_id: workspaceId,
  receipt_id: receiptId,
  advertiser_id: advertiserId,
  at: atMs,
  click_id: request.clickId satisfies ClickId | null,
  // A browser's never waits for an order: were it found by one, anyone could make any order slow to look up.
  transaction_id: request.via === 'browser' ? null : request.transactionId,
  lacks_catalog: lacksCatalog,
  catalog_version,
  request: storeRequest(request),
})

export const changedColumns = (conversion: Conversion) => ({
  status: conversion.status,
  amount: decimal(conversion.amount),
  sale_amount: formatDecimal(conversion.saleAmount),
  revenue: formatDecimal(conversion.revenue),
  payout: formatDecimal(conversion.payout),
  changed_at: conversion.changedAtMs,
  contents: conversion.contents,
  // Few have any, and NULL takes no room.
  refund_ids: conversion.refundIds.length === 0 ? null : conversion.refundIds,
})

export const newConversionRow = (
  workspaceId: WorkspaceId,
  conversion: Conversion,
  traffic: Traffic | null,
): RowOf<'conversion'> => ({
  workspace_id: workspaceId,
  id: conversion.id,
  advertiser_id: conversion.advertiserId,
  campaign_id: conversion.campaignId,
  affiliate_id: conversion.affiliateId,
  link_id: conversion.linkId,
  click_id: conversion.clickId,
  receipt_id: conversion.receiptId,
  event: conversion.event,
  goal_number: conversion.goalNumber,
  transaction_id: conversion.transactionId,
  line: conversion.line,
  counts_each: conversion.countsEach,
  test: conversion.test,
  currency: conversion.currency,
  rate: formatDecimal(conversion.rate),
  occurred_at: conversion.occurredAtMs,
  received_at: conversion.receivedAtMs,
  clicked_at: conversion.clickedAtMs,
  ...changedColumns(conversion),
  ...trafficColumns(traffic),
})

/** A change as whoever reads it in the ledger will find it. */
export function toLedgerChange(
  position: number,
  changedAt: number,
  { before, after, kind, reason, traffic }: Change,
): LedgerChange {
  const delta = (now: Money, then: Money | undefined) => formatDecimal(now.minus(then ?? zero))
  return {
    position,
    kind,
    changedAt,
    reason,
    status: after.status,
    previousStatus: before?.status ?? null,
    amount: decimal(after.amount),
    saleAmount: formatDecimal(after.saleAmount),
    revenue: formatDecimal(after.revenue),
    payout: formatDecimal(after.payout),
    saleAmountDelta: delta(after.saleAmount, before?.saleAmount),
    revenueDelta: delta(after.revenue, before?.revenue),
    payoutDelta: delta(after.payout, before?.payout),
    id: after.id,
    advertiserId: after.advertiserId,
    campaignId: after.campaignId,
    affiliateId: after.affiliateId,
    linkId: after.linkId,
    clickId: after.clickId,
    receiptId: after.receiptId,
    event: after.event,
    transactionId: after.transactionId,
    line: after.line,
    test: after.test,
    currency: after.currency,
    rate: formatDecimal(after.rate),
    occurredAt: after.occurredAtMs,
    receivedAt: after.receivedAtMs,
    clickedAt: after.clickedAtMs,
    source: traffic.source || null,
    creative: traffic.creative || null,
    keyword: traffic.keyword || null,
    placement: traffic.placement || null,
    country: traffic.country || null,
    device: traffic.device || null,
    subs: traffic.subs,
  }
}

export const changeRow = (
  workspaceId: WorkspaceId,
  receiptId: ReceiptId | null,
  change: LedgerChange,
): RowOf<'conversion_change'> => ({
  workspace_id: workspaceId,
  position: change.position,
  conversion_id: change.id,
  advertiser_id: change.advertiserId,
  campaign_id: change.campaignId,
  affiliate_id: change.affiliateId,
  receipt_id: receiptId,
  kind: change.kind,
  at: change.changedAt,
  reason: change.reason,
  status: change.status,
  previous_status: change.previousStatus,
  amount: change.amount,
  sale_amount: change.saleAmount,
  revenue: change.revenue,
  payout: change.payout,
  sale_amount_delta: change.saleAmountDelta,
  revenue_delta: change.revenueDelta,
  payout_delta: change.payoutDelta,
})
