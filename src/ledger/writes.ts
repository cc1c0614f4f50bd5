import type { Conversion } from '../attribution/conversion.js'
import type { AdvertiserId, ConversionId, ReceiptId, WorkspaceId } from '../kernel/ids.js'
import type { RowOf } from './columns.js'
import type { ClickDraft, PostbackAnswer, ReceiptDraft } from './entries.js'
import type { KeptKey } from './idempotency-keys.js'
import type { LedgerChange, Touched } from './ledger-change.js'
import type { Head, Visit } from './read-batch.js'
import type { ParkedPostback, Traffic } from './records.js'
import {
  type Change,
  changedColumns,
  changeRow,
  clickRow,
  newConversionRow,
  outcomeColumns,
  parkedRow,
  type ReceiptOutcome,
  toLedgerChange,
} from './to-rows.js'

/** What a batch has to write for one workspace, gathered in the order it was decided, numbered as it is gathered. */
export interface Writes {
  click(click: ClickDraft, advertiserId: AdvertiserId, firstVisit: boolean): void
  visit(visit: Visit): void
  receipt(receipt: ReceiptDraft, answer: PostbackAnswer): void
  key(key: KeptKey): void
  receiptOutcome(parked: ParkedPostback, outcome: ReceiptOutcome): void
  park(parked: ParkedPostback, catalogVersion: number): void
  /** It waits on, for something of another kind than before. */
  parkAnew(parked: ParkedPostback, catalogVersion: number): void
  unpark(parked: ParkedPostback): void
  newConversion(conversion: Conversion, traffic: Traffic | null): void
  changedConversion(conversion: Conversion): void
  change(change: Change): void
  /** What followers are to be told once this is committed. */
  readonly changes: readonly LedgerChange[]
  readonly touched: () => Touched[]
}

/** The rows of one batch, of all its workspaces together. */
export interface BatchRows {
  clicks: RowOf<'click'>[]
  visits: RowOf<'visit'>[]
  receipts: Map<ReceiptId, RowOf<'receipt'>>
  keys: RowOf<'idempotency_key'>[]
  receiptOutcomes: Map<ReceiptId, Partial<RowOf<'receipt'>>>
  parked: Map<ReceiptId, RowOf<'parked_postback'>>
  parkedAnew: Map<
    ReceiptId,
    Pick<RowOf<'parked_postback'>, (typeof parkedAnewColumns)[number] | 'workspace_id' | 'receipt_id'>
  >
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
  'refund_ids',
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

export const parkedAnewColumns = ['lacks_catalog', 'catalog_version'] as const

export const emptyRows = (): BatchRows => ({
  clicks: [],
  visits: [],
  receipts: new Map(),
  keys: [],
  receiptOutcomes: new Map(),
  parked: new Map(),
  parkedAnew: new Map(),
  unparked: new Map(),
  newConversions: new Map(),
  changedConversions: new Map(),
  changes: [],
})

/** `head` is raised as changes, receipts and clicks are numbered: it ends as the batch will leave it. */
export function createWrites(workspaceId: WorkspaceId, head: Head, bookedAtMs: number, rows: BatchRows): Writes {
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
      rows.clicks.push(clickRow(click, advertiserId, firstVisit, currentRevision(), bookedAtMs))
    },
    visit: ({ day, linkId, test, visitor }) =>
      void rows.visits.push({ workspace_id: workspaceId, day, link_id: linkId, test, visitor }),
    receipt(receipt, answer) {
      rows.receipts.set(receipt.id, {
        workspace_id: workspaceId,
        id: receipt.id,
        sequence: ++head.receiptSequence,
        at: receipt.atMs,
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
    key: ({ advertiserId, key, receiptId, atMs, digest }) =>
      void rows.keys.push({
        ...{ workspace_id: workspaceId, advertiser_id: advertiserId, key },
        ...{ receipt_id: receiptId, at: atMs, digest },
      }),
    receiptOutcome({ receiptId }, outcome) {
      const http_status = outcome.outcome === 'UNMATCHED' ? 202 : 200
      const columns = { sequence: ++head.receiptSequence, http_status, ...outcomeColumns(outcome) }
      const fresh = rows.receipts.get(receiptId)
      // Kept in this very batch, it goes in with its final outcome, but with the status that its sender will be told.
      if (fresh !== undefined) Object.assign(fresh, { ...columns, http_status: fresh.http_status })
      else rows.receiptOutcomes.set(receiptId, { workspace_id: workspaceId, id: receiptId, ...columns })
    },
    park(parked, catalogVersion) {
      rows.parked.set(parked.receiptId, parkedRow(parked, catalogVersion))
    },
    parkAnew({ receiptId, lacksCatalog }, catalogVersion) {
      const columns = { lacks_catalog: lacksCatalog, catalog_version: catalogVersion }
      const fresh = rows.parked.get(receiptId)
      if (fresh !== undefined) Object.assign(fresh, columns)
      else rows.parkedAnew.set(receiptId, { workspace_id: workspaceId, receipt_id: receiptId, ...columns })
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
      rows.changes.push(changeRow(workspaceId, change.receiptId, booked))
      touch(change.after.advertiserId, change.after)
    },
    changes,
    touched: () => [...touched.values()],
  }
}
