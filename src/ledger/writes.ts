import type { Conversion } from '../attribution/conversion.js'
import { lacksCatalog } from '../attribution/decision.js'
import type { Reason } from '../attribution/request.js'
import type { AdvertiserId, ClickId, ConversionId, ReceiptId, WorkspaceId } from '../kernel/ids.js'
import { formatDecimal, type Money, zero } from '../kernel/money.js'
import type { ChangeKind, Outcome } from '../kernel/vocabulary.js'
import type { RowOf } from './columns.js'
import type { ClickDraft, PostbackAnswer, ReceiptDraft } from './entries.js'
import type { LedgerChange, Touched } from './ledger-change.js'
import type { Head, Visit } from './read-batch.js'
import type { CarriedTraffic, ParkedPostback, Traffic } from './records.js'

/** What a batch has to write for one workspace, gathered in the order it was decided, numbered as it is gathered. */
export interface Writes {
  click(click: ClickDraft, advertiserId: AdvertiserId, firstVisit: boolean): void
  visit(visit: Visit): void
  receipt(receipt: ReceiptDraft, answer: PostbackAnswer): void
  receiptOutcome(parked: ParkedPostback, outcome: ReceiptOutcome): void
  park(parked: ParkedPostback, reason: Reason, catalogVersion: number): void
  unpark(parked: ParkedPostback): void
  newConversion(conversion: Conversion, traffic: Traffic | null): void
  changedConversion(conversion: Conversion): void
  change(change: Change): void
  /** What followers are to be told once this is committed. */
  readonly changes: readonly LedgerChange[]
  touched(): Touched[]
}

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

/** The rows of one batch, of all its workspaces together. */
export interface BatchRows {
  clicks: RowOf<'click'>[]
  visits: RowOf<'visit'>[]
  receipts: Map<ReceiptId, RowOf<'receipt'>>
  receiptOutcomes: Map<ReceiptId, Partial<RowOf<'receipt'>>>
  parked: Map<ReceiptId, RowOf<'parked_postback'>>
  unparked: Map<ReceiptId, { workspace_id: WorkspaceId; receipt_id: ReceiptId }>
  newConversions: Map<ConversionId, RowOf<'conversion'>>
  changedConversions: Map<
    ConversionId,
    Pick<RowOf<'conversion'>, (typeof changeableColumns)[number] | 'workspace_id' | 'id'>
  >
  changes: RowOf<'conversion_change'>[]
}

export const changeableColumns = [
  'status',
  'amount',
  'sale_amount',
  'revenue',
  'payout',
  'changed_at',
  'contents',
] as const

export const receiptOutcomeColumns = [
  'sequence',
  'outcome',
  'reason_code',
  'reason',
  'field',
  'http_status',
  'conversion_id',
] as const

export const emptyRows = (): BatchRows => ({
  clicks: [],
  visits: [],
  receipts: new Map(),
  receiptOutcomes: new Map(),
  parked: new Map(),
  unparked: new Map(),
  newConversions: new Map(),
  changedConversions: new Map(),
  changes: [],
})

const timestamp = (ms: number): string => new Date(ms).toISOString()
const decimal = (value: Money | null): string | null => (value === null ? null : formatDecimal(value))

/** `head` is raised as changes, receipts and clicks are numbered: it ends as the batch will leave it. */
export function createWrites(workspaceId: WorkspaceId, head: Head, bookedAtMs: number, rows: BatchRows): Writes {
  const bookedAt = timestamp(bookedAtMs)
  // One revision for the whole batch, and only if a figure changes.
  let revision: number | null = null
  const changes: LedgerChange[] = []
  const touched = new Map<string, Touched>()
  const touch = (advertiserId: AdvertiserId, { campaignId, affiliateId, test }: Omit<Touched, 'advertiserId'>) => {
    const key = `${campaignId}${affiliateId}${test}`
    if (!touched.has(key)) touched.set(key, { advertiserId, campaignId, affiliateId, test })
  }
  const currentRevision = (): number => {
    revision ??= ++head.revision
    return revision
  }

  return {
    click(click, advertiserId, firstVisit) {
      touch(advertiserId, click)
      rows.clicks.push(clickRow(click, advertiserId, firstVisit, currentRevision(), bookedAt))
    },
    visit: ({ day, linkId, test, visitor }) =>
      void rows.visits.push({ workspace_id: workspaceId, day, link_id: linkId, test, visitor }),
    receipt(receipt, answer) {
      rows.receipts.set(receipt.id, {
        workspace_id: workspaceId,
        id: receipt.id,
        sequence: ++head.receiptSequence,
        at: timestamp(receipt.atMs),
        advertiser_id: receipt.advertiserId,
        http_status: answer.httpStatus,
        method: receipt.method,
        url: receipt.url,
        body: receipt.body,
        ip: receipt.ip,
        transaction_id: receipt.transactionId,
        click_id: receipt.clickId,
        ...outcomeColumns(answer),
      })
    },
    receiptOutcome({ receiptId }, outcome) {
      const columns = { sequence: ++head.receiptSequence, http_status: 200, ...outcomeColumns(outcome) }
      const fresh = rows.receipts.get(receiptId)
      // Kept in this very batch, it goes in with its final outcome, but with the status that its sender will be told.
      if (fresh !== undefined) Object.assign(fresh, { ...columns, http_status: fresh.http_status })
      else rows.receiptOutcomes.set(receiptId, { workspace_id: workspaceId, id: receiptId, ...columns })
    },
    park(parked, reason, catalogVersion) {
      rows.parked.set(parked.receiptId, parkedRow(parked, lacksCatalog(reason), catalogVersion))
    },
    unpark({ receiptId }) {
      if (!rows.parked.delete(receiptId))
        rows.unparked.set(receiptId, { workspace_id: workspaceId, receipt_id: receiptId })
    },
    newConversion: (conversion, traffic) =>
      void rows.newConversions.set(conversion.id, newConversionRow(workspaceId, conversion, traffic)),
    changedConversion(conversion) {
      const columns = changedColumns(conversion)
      const fresh = rows.newConversions.get(conversion.id)
      if (fresh !== undefined) Object.assign(fresh, columns)
      else rows.changedConversions.set(conversion.id, { workspace_id: workspaceId, id: conversion.id, ...columns })
    },
    change(change) {
      currentRevision()
      const booked = toLedgerChange(++head.position, bookedAtMs, change)
      changes.push(booked)
      rows.changes.push(changeRow(workspaceId, bookedAt, change.receiptId, booked))
      touch(change.after.advertiserId, change.after)
    },
    changes,
    touched: () => [...touched.values()],
  }
}

const outcomeColumns = ({ outcome, reason, conversionId }: ReceiptOutcome) => ({
  outcome,
  reason_code: reason?.code ?? null,
  reason: reason?.message ?? null,
  field: reason?.field ?? null,
  conversion_id: conversionId,
})

const clickRow = (
  click: ClickDraft,
  advertiserId: AdvertiserId,
  firstVisit: boolean,
  revision: number,
  bookedAt: string,
): RowOf<'click'> => ({
  workspace_id: click.workspaceId,
  id: click.id,
  revision,
  at: timestamp(click.atMs),
  booked_at: bookedAt,
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

const parkedRow = (
  { workspaceId, receiptId, advertiserId, atMs, request }: ParkedPostback,
  lacks_catalog: boolean,
  catalog_version: number,
): RowOf<'parked_postback'> => ({
  workspace_id: workspaceId,
  receipt_id: receiptId,
  advertiser_id: advertiserId,
  at: timestamp(atMs),
  click_id: request.clickId satisfies ClickId | null,
  transaction_id: request.transactionId,
  lacks_catalog,
  catalog_version,
  request: { ...request, amount: decimal(request.amount) },
})

const changedColumns = (conversion: Conversion) => ({
  status: conversion.status,
  amount: decimal(conversion.amount),
  sale_amount: formatDecimal(conversion.saleAmount),
  revenue: formatDecimal(conversion.revenue),
  payout: formatDecimal(conversion.payout),
  changed_at: timestamp(conversion.changedAtMs),
  contents: conversion.contents,
})

const newConversionRow = (
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
  occurred_at: timestamp(conversion.occurredAtMs),
  received_at: timestamp(conversion.receivedAtMs),
  clicked_at: conversion.clickedAtMs === null ? null : timestamp(conversion.clickedAtMs),
  ...changedColumns(conversion),
  ...trafficColumns(traffic),
})

/** A change as whoever reads it in the ledger will find it. */
function toLedgerChange(
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

const changeRow = (
  workspaceId: WorkspaceId,
  at: string,
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
  at,
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
