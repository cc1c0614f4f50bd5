import { decideFromBrowser } from '../attribution/decide-from-browser.js'
import { decidePostback } from '../attribution/decide-postback.js'
import { changeKind, changeReason, decideStatus } from '../attribution/decide-update.js'
import { type Decision, lacksCatalog } from '../attribution/decision.js'
import type { PostbackRequest, Reason, Refusal } from '../attribution/request.js'
import type { AffiliateTerms, CampaignTerms } from '../attribution/terms.js'
import { type ClickId, encodeId, newId, type ReceiptId } from '../kernel/ids.js'
import type { BatchBooks } from './books.js'
import type {
  ClickAnswer,
  ClickDraft,
  PostbackAnswer,
  ReceiptDraft,
  ReplayAnswer,
  StatusAnswer,
  StatusChange,
} from './entries.js'
import { digestOf, type KeptKey, keysLastMs } from './idempotency-keys.js'
import { NoPlaceError } from './is-data-error.js'
import type { KeptReceipt } from './read-batch.js'
import { noTraffic, type ParkedPostback } from './records.js'
import type { Writes } from './writes.js'

/** What waits to be written: one request each. */
export type Entry =
  /** `promised`: its visitor was sent on with its id already, so it is kept whatever its campaign is by now. */
  | { readonly kind: 'click'; readonly click: ClickDraft; readonly promised?: true }
  | { readonly kind: 'postback'; readonly receipt: ReceiptDraft; readonly request: PostbackRequest }
  | { readonly kind: 'refusal'; readonly receipt: ReceiptDraft; readonly refusal: Refusal }
  | { readonly kind: 'status'; readonly change: StatusChange }
  | { readonly kind: 'replay'; readonly receiptId: ReceiptId; readonly dryRun: boolean }

export type Answer = ClickAnswer | PostbackAnswer | StatusAnswer | ReplayAnswer

/** One workspace's part of a batch: its books, what is written to them, and what the database had kept already. */
export interface Page {
  readonly books: BatchBooks
  readonly writes: Writes
  readonly keptReceipts: ReadonlyMap<ReceiptId, KeptReceipt>
  readonly nowMs: number
}

/** Decides one entry on the books as the entries before it left them, and writes down what follows. No I/O. */
export function decideEntry(entry: Entry, page: Page): Answer {
  switch (entry.kind) {
    case 'click':
      return decideClick(entry.click, entry.promised ?? false, page)
    case 'postback':
      return answerPostback(entry.receipt, entry.request, page)
    case 'refusal':
      return keepReceipt(entry.receipt, { outcome: 'REJECTED', reason: entry.refusal }, page)
    case 'status':
      return changeStatus(entry.change, page)
    case 'replay':
      return replay(entry.receiptId, entry.dryRun, page)
  }
}

function decideClick(click: ClickDraft, promised: boolean, page: Page): ClickAnswer {
  const { books, writes } = page
  const campaign = books.catalog.campaigns.get(click.campaignId)
  const affiliate = books.catalog.affiliates.get(click.affiliateId)
  if (campaign === undefined || affiliate === undefined)
    throw new NoPlaceError(`link ${click.linkId} leads out of the catalog`)
  const answer = { campaign, affiliateRef: affiliate.ref }
  // Sent again after a lost answer to a commit: it is in already.
  if (books.click(click.id) !== null) return { ...answer, kept: true }
  if (!promised && !takesClicks(campaign, affiliate)) return { ...answer, kept: false }

  const visit = visitOf(click)
  const firstVisit = !click.bot && books.isFirstVisit(visit)
  if (firstVisit) writes.visit(visit)
  writes.click(click, campaign.advertiserId, firstVisit)
  books.putClick({ ...click, advertiserId: campaign.advertiserId, traffic: click })
  matchParked({ clickId: click.id, transactionId: null }, page)
  return { ...answer, kept: true }
}

/** Clicks made before still credit. */
export const takesClicks = (campaign: Pick<CampaignTerms, 'status'>, affiliate: Pick<AffiliateTerms, 'status'>) =>
  campaign.status === 'ACTIVE' && affiliate.status === 'ACTIVE'

export const visitOf = (click: ClickDraft) => ({
  workspaceId: click.workspaceId,
  day: new Date(click.atMs).toISOString().slice(0, 10),
  linkId: click.linkId,
  test: click.test,
  visitor: click.visitor,
})

function answerPostback(receipt: ReceiptDraft, request: PostbackRequest, page: Page): PostbackAnswer {
  const kept = page.keptReceipts.get(receipt.id)
  if (kept !== undefined) return answerAsKept(kept)

  const { idempotencyKey: key, workspaceId, advertiserId, atMs } = receipt
  const first = key === null ? null : page.books.key({ advertiserId, key })
  if (first !== null && atMs - first.atMs < keysLastMs) return keepRepeat(receipt, request, first, page)

  const decision = decide(receipt.id, advertiserId, atMs, request, page)
  const answer = keepReceipt(receipt, decision, page)
  if (key !== null && decision.outcome !== 'REJECTED') {
    const { receiptId, conversionId } = answer
    const kept = { workspaceId, advertiserId, key, receiptId, atMs, digest: digestOf(request), conversionId }
    page.books.putKey(kept)
    page.writes.key(kept)
  }
  if (decision.outcome === 'UNMATCHED') {
    const waitsFor = { lacksCatalog: lacksCatalog(decision.reason) }
    const parked = { workspaceId, receiptId: receipt.id, advertiserId, atMs, request, ...waitsFor }
    page.books.park(parked)
    page.writes.park(parked, page.books.catalog.version)
  }
  apply(decision, receipt.id, page)
  return answer
}

/** It came before, whatever it would count this time; unless its name was given to another request. */
function keepRepeat(receipt: ReceiptDraft, request: PostbackRequest, first: KeptKey, page: Page): PostbackAnswer {
  const isSame = first.digest === digestOf(request)
  const earlier = encodeId('rcp', first.receiptId)
  const reason: Reason = isSame
    ? { code: 'ALREADY_RECEIVED', message: `this key came with receipt ${earlier}`, field: null }
    : { code: 'KEY_REUSED', message: `this key came with another request, receipt ${earlier}`, field: null }
  const { conversionId } = first
  const outcome = isSame ? 'DUPLICATE' : 'CONFLICT'
  return writeReceipt(receipt, { outcome, httpStatus: httpStatusOf[outcome], reason, conversionId }, page)
}

function decide(
  receiptId: ReceiptId,
  advertiserId: ReceiptDraft['advertiserId'],
  atMs: number,
  request: PostbackRequest,
  page: Page,
): Decision {
  const rule = request.via === 'browser' ? decideFromBrowser : decidePostback
  return rule(request, { receiptId, conversionId: newId<'cnv'>(atMs), advertiserId, atMs }, page.books)
}

const httpStatusOf = {
  ACCEPTED: 200,
  UPDATED: 200,
  DUPLICATE: 200,
  CONFLICT: 202,
  UNMATCHED: 202,
  QUEUED: 202,
} as const

function keepReceipt(
  receipt: ReceiptDraft,
  decision: Decision | { outcome: 'REJECTED'; reason: Refusal },
  page: Page,
): PostbackAnswer {
  const kept = page.keptReceipts.get(receipt.id)
  if (kept !== undefined) return answerAsKept(kept)
  if (decision.outcome === 'REJECTED') {
    const { outcome, reason } = decision
    return writeReceipt(receipt, { outcome, httpStatus: reason.httpStatus, reason, conversionId: null }, page)
  }
  const { outcome, reason } = decision
  const conversionId = 'conversion' in decision ? decision.conversion.id : null
  return writeReceipt(receipt, { outcome, httpStatus: httpStatusOf[outcome], reason, conversionId }, page)
}

function writeReceipt(
  receipt: ReceiptDraft,
  told: Omit<PostbackAnswer, 'receiptId'>,
  { writes }: Page,
): PostbackAnswer {
  const answer: PostbackAnswer = { receiptId: receipt.id, ...told }
  writes.receipt(receipt, answer)
  return answer
}

const answerAsKept = (kept: KeptReceipt): PostbackAnswer => ({
  receiptId: kept.id,
  outcome: kept.outcome,
  httpStatus: kept.httpStatus,
  reason: kept.reasonCode === null ? null : { code: kept.reasonCode, message: kept.reason ?? '', field: kept.field },
  conversionId: kept.conversionId,
})

/** Books what was decided, then lets what waited for it have its turn. */
function apply(decision: Decision, receiptId: ReceiptId, page: Page): void {
  if (decision.outcome !== 'ACCEPTED' && decision.outcome !== 'UPDATED') return
  const { books, writes } = page
  const { conversion } = decision
  if (decision.outcome === 'ACCEPTED') {
    const click = conversion.clickId === null ? null : books.click(conversion.clickId)
    writes.newConversion(conversion, click?.traffic ?? null)
    books.putConversion(conversion, click?.traffic ?? noTraffic)
  } else {
    writes.changedConversion(conversion)
    books.putConversion(conversion)
  }
  const before = decision.outcome === 'ACCEPTED' ? null : decision.before
  const traffic = books.trafficOf(conversion.id)
  const [kind, reason] = [changeKind(before, conversion), changeReason(before, conversion)]
  writes.change({ before, after: conversion, kind, receiptId, reason, traffic })
  matchParked({ clickId: null, transactionId: conversion.transactionId }, page)
  if (before === null && conversion.transactionId === null)
    matchParked({ clickId: conversion.clickId, transactionId: null }, page)
}

/** Each of those that wait is taken out before it is decided, so that this ends however they hang together. */
function matchParked(what: { clickId: ClickId | null; transactionId: string | null }, page: Page): void {
  for (const parked of page.books.parkedBy(what)) {
    if (page.books.parked(parked.receiptId) === null) continue
    page.books.unpark(parked.receiptId)
    const decision = decide(parked.receiptId, parked.advertiserId, parked.atMs, parked.request, page)
    if (decision.outcome === 'UNMATCHED') parkAgain(parked, decision.reason, page)
    else settleParked(parked, decision, page)
  }
}

/** What it lacked is there and something else is not: were that not noted, what brings it would not look for this. */
function parkAgain(parked: ParkedPostback, reason: Reason, { books, writes }: Page): void {
  const again = { ...parked, lacksCatalog: lacksCatalog(reason) }
  books.park(again)
  if (again.lacksCatalog === parked.lacksCatalog) return
  writes.parkAnew(again, books.catalog.version)
  writes.receiptOutcome(again, { outcome: 'UNMATCHED', reason, conversionId: null })
}

function settleParked(parked: ParkedPostback, decision: Decision, page: Page): void {
  page.writes.unpark(parked)
  page.writes.receiptOutcome(parked, {
    outcome: decision.outcome,
    reason: decision.reason,
    conversionId: 'conversion' in decision ? decision.conversion.id : null,
  })
  apply(decision, parked.receiptId, page)
}

function changeStatus(change: StatusChange, page: Page): StatusAnswer {
  const { books, writes, nowMs } = page
  const before = books.conversion(change.conversionId)
  if (before === null) return { outcome: 'NOT_FOUND' }
  if (before.status === change.status) return { outcome: 'DUPLICATE' }
  const after = decideStatus(before, change.status, nowMs)
  if (after === null) {
    const message = `a conversion that is ${before.status} cannot become ${change.status}`
    return { outcome: 'CONFLICT', reason: { code: 'ILLEGAL_STATUS', message, field: 'status' } }
  }
  writes.changedConversion(after)
  books.putConversion(after)
  const traffic = books.trafficOf(after.id)
  writes.change({ before, after, kind: changeKind(before, after), receiptId: null, reason: change.reason, traffic })
  return { outcome: 'UPDATED' }
}

function replay(receiptId: ReceiptId, dryRun: boolean, page: Page): ReplayAnswer {
  const parked = page.books.parked(receiptId)
  if (parked === null) {
    const kept = page.keptReceipts.get(receiptId)
    const outcome = kept?.outcome ?? 'REJECTED'
    const message = kept === undefined ? 'no such receipt' : 'only a postback that is still UNMATCHED can be replayed'
    return { before: outcome, after: outcome, reason: { code: 'NOT_PARKED', message, field: null } }
  }
  const decision = decide(receiptId, parked.advertiserId, parked.atMs, parked.request, page)
  if (!dryRun) {
    page.books.unpark(receiptId)
    if (decision.outcome === 'UNMATCHED') parkAgain(parked, decision.reason, page)
    else settleParked(parked, decision, page)
  }
  return { before: 'UNMATCHED', after: decision.outcome, reason: decision.reason }
}
