import { dayMs, dayOf, dayText } from '../kernel/day.js'
import {
  type AdvertiserId,
  type AffiliateId,
  type ClickId,
  type ConversionId,
  decodeId,
  encodeId,
  type ReceiptId,
} from '../kernel/ids.js'
import { type Money, money } from '../kernel/money.js'
import type { Conversion, CreditedClick } from './conversion.js'
import { decideUpdate } from './decide-update.js'
import { ambiguous, contentOf, type Decision, rejected, tooLarge, unmatched } from './decision.js'
import { isTooLarge, needsAmount, priceSale } from './price.js'
import { rateAt, rateLastsDays } from './rates.js'
import { isRefund, type PostbackRequest } from './request.js'
import { type CampaignTerms, type Catalog, type GoalVersion, goalInForce } from './terms.js'

/** What the books say at the moment of the decision, earlier requests of the same batch included. */
export interface Books {
  readonly catalog: Catalog
  click(id: ClickId): CreditedClick | null
  /** Every conversion of this transaction id in the workspace. */
  byTransaction(transactionId: string): readonly Conversion[]
  /** The conversion without a transaction id that this click already has for this event, unless each one counts. */
  byClick(clickId: ClickId, event: string): Conversion | null
}

export interface Arrival {
  readonly receiptId: ReceiptId
  /** The id for the conversion, should there be a new one. */
  readonly conversionId: ConversionId
  readonly advertiserId: AdvertiserId
  readonly atMs: number
}

/** An order keeps at most this many conversions (lines and events), so that looking one up stays cheap. */
export const maxConversionsPerTransaction = 1000

const one = money('1')

/** Whom a postback credits: by its click, or by naming the affiliate and the campaign. */
interface Credit {
  readonly campaign: CampaignTerms
  readonly affiliateId: AffiliateId
  readonly click: CreditedClick | null
}

/** The whole rule of attribution: which order, or which click and goal, and what becomes of the request. Pure. */
export function decidePostback(request: PostbackRequest, arrival: Arrival, books: Books): Decision {
  if (request.clickId === null && request.affiliate === null) return decideByTransactionAlone(request, arrival, books)
  const credit =
    request.clickId === null ? creditByName(request, arrival, books) : creditByClick(request, arrival, books)
  if ('outcome' in credit) return credit

  const event = request.event ?? onlyEvent(credit.campaign, arrival.atMs)
  const goal = event === null ? null : goalInForce(credit.campaign.goals.get(event) ?? [], arrival.atMs)
  const known = findOrder(request, credit, event, goal, books)
  if (known.length > 1) return ambiguous('event', 'several orders fit: say which event and line')
  const [order] = known
  if (order !== undefined) return decideUpdate(order, request, arrival.atMs, books.catalog, credit.affiliateId)

  if (event === null) return eventRequired(credit.campaign, arrival.atMs)
  if (goal === null) {
    return unmatched(
      'GOAL_NOT_FOUND',
      `campaign ${encodeId('cmp', credit.campaign.id)} has no goal "${event}"`,
      'event',
    )
  }
  return decideNew(request, arrival, books, credit, goal)
}

function decideByTransactionAlone(request: PostbackRequest, arrival: Arrival, books: Books): Decision {
  const transactionId = request.transactionId ?? ''
  const orders = books
    .byTransaction(transactionId)
    .filter(
      (order) =>
        order.advertiserId === arrival.advertiserId &&
        (request.event === null || order.event === request.event) &&
        (request.line === null || order.line === request.line),
    )
  const [order] = orders
  if (order === undefined)
    return unmatched('ORDER_NOT_FOUND', `no order "${transactionId}" of this advertiser yet`, 'txid')
  if (orders.length > 1) {
    return ambiguous('txid', `order "${transactionId}" has ${orders.length} conversions: say which event and line`)
  }
  return decideUpdate(order, request, arrival.atMs, books.catalog, null)
}

function creditByClick(request: PostbackRequest, arrival: Arrival, books: Books): Credit | Decision {
  const clickId = request.clickId as ClickId // the caller has looked
  const click = books.click(clickId)
  const campaign = click === null ? undefined : books.catalog.campaigns.get(click.campaignId)
  if (click === null || campaign === undefined || click.advertiserId !== arrival.advertiserId) {
    return unmatched('CLICK_NOT_FOUND', `no click ${encodeId('clk', clickId)} for this advertiser`, 'click_id')
  }
  if (request.campaignId !== null && request.campaignId !== click.campaignId) {
    return ambiguous('campaign_id', 'the click belongs to another campaign')
  }
  if (request.affiliate !== null && findAffiliate(request.affiliate, books.catalog) !== click.affiliateId) {
    return ambiguous('affiliate_id', 'the click belongs to another affiliate')
  }
  return { campaign, affiliateId: click.affiliateId, click }
}

function creditByName(request: PostbackRequest, arrival: Arrival, books: Books): Credit | Decision {
  const campaign = request.campaignId === null ? undefined : books.catalog.campaigns.get(request.campaignId)
  if (campaign === undefined || campaign.advertiserId !== arrival.advertiserId) {
    return unmatched('CAMPAIGN_NOT_FOUND', 'no such campaign of this advertiser', 'campaign_id')
  }
  const affiliateId = findAffiliate(request.affiliate ?? '', books.catalog)
  if (affiliateId === null) return unmatched('AFFILIATE_NOT_FOUND', 'no affiliate with this id or ref', 'affiliate_id')
  return { campaign, affiliateId, click: null }
}

function findAffiliate(idOrRef: string, catalog: Catalog): AffiliateId | null {
  const id = decodeId('aff', idOrRef)
  if (id !== null && catalog.affiliates.has(id)) return id
  return catalog.affiliateIdByRef.get(idOrRef) ?? null
}

function findOrder(
  request: PostbackRequest,
  credit: Credit,
  event: string | null,
  goal: GoalVersion | null,
  books: Books,
): readonly Conversion[] {
  if (request.transactionId !== null) {
    return books
      .byTransaction(request.transactionId)
      .filter(
        (order) =>
          order.campaignId === credit.campaign.id &&
          (event === null || order.event === event) &&
          order.line === (request.line ?? ''),
      )
  }
  if (credit.click === null || event === null || goal?.duplicates === 'COUNT_EACH') return []
  const order = books.byClick(credit.click.id, event)
  return order === null ? [] : [order]
}

function decideNew(
  request: PostbackRequest,
  arrival: Arrival,
  books: Books,
  credit: Credit,
  goal: GoalVersion,
): Decision {
  const { click, campaign } = credit
  if (request.status === 'REVERSED' || isRefund(request)) {
    return unmatched('ORDER_NOT_FOUND', 'nothing to take back: this order has no conversion yet', 'txid')
  }
  const occurredAtMs = request.occurredAtMs ?? arrival.atMs
  if (click !== null && occurredAtMs - click.atMs > campaign.attributionWindowDays * dayMs) {
    const days = campaign.attributionWindowDays
    return rejected(
      'OUTSIDE_WINDOW',
      `the click is more than the campaign's ${days} days older than the event`,
      'click_id',
    )
  }
  if (request.transactionId === null && click === null && goal.duplicates !== 'COUNT_EACH') {
    return rejected('TRANSACTION_REQUIRED', 'without a click, a txid is what tells a retry from a second sale', 'txid')
  }
  if (
    request.transactionId !== null &&
    books.byTransaction(request.transactionId).length >= maxConversionsPerTransaction
  ) {
    return rejected('ORDER_TOO_LARGE', `an order takes at most ${maxConversionsPerTransaction} conversions`, 'txid')
  }
  if (request.amount === null && needsAmount(goal)) {
    return rejected('AMOUNT_REQUIRED', `goal "${goal.event}" is priced by the amount`, 'amount')
  }
  const currency = request.currency ?? books.catalog.currency
  const rate = rateFrom(currency, occurredAtMs, books.catalog)
  if (rate === null) return rateNotFound(currency, occurredAtMs, books.catalog)
  const sale = priceSale(goal, request.amount, rate)
  if (isTooLarge(sale)) return tooLarge(books.catalog.currency)
  const conversion: Conversion = {
    id: arrival.conversionId,
    advertiserId: arrival.advertiserId,
    campaignId: campaign.id,
    affiliateId: credit.affiliateId,
    linkId: click?.linkId ?? null,
    clickId: click?.id ?? null,
    receiptId: arrival.receiptId,
    event: goal.event,
    goalNumber: goal.number,
    transactionId: request.transactionId,
    line: request.line ?? '',
    countsEach: goal.duplicates === 'COUNT_EACH',
    status: request.status ?? goal.startsAs,
    test: request.test || (click?.test ?? false),
    amount: request.amount,
    currency,
    rate,
    ...sale,
    occurredAtMs,
    receivedAtMs: arrival.atMs,
    clickedAtMs: click?.atMs ?? null,
    changedAtMs: occurredAtMs,
    contents: [contentOf(request)],
    refundIds: [],
  }
  return { outcome: 'ACCEPTED', conversion, reason: null }
}

const rateFrom = (currency: string, atMs: number, catalog: Catalog): Money | null =>
  currency === catalog.currency ? one : rateAt(catalog.rates.get(currency), atMs)

function rateNotFound(currency: string, atMs: number, catalog: Catalog): Decision {
  const when = `${dayText(dayOf(atMs))} or the ${rateLastsDays} days before`
  return unmatched('RATE_NOT_FOUND', `no rate from ${currency} to ${catalog.currency} for ${when}`, 'currency')
}

function onlyEvent(campaign: CampaignTerms, atMs: number): string | null {
  const events = activeEvents(campaign, atMs)
  return events.length === 1 ? (events[0] ?? null) : null
}

const activeEvents = (campaign: CampaignTerms, atMs: number): string[] =>
  [...campaign.goals].filter(([, versions]) => goalInForce(versions, atMs) !== null).map(([event]) => event)

function eventRequired(campaign: CampaignTerms, atMs: number): Decision {
  const events = activeEvents(campaign, atMs)
  return events.length === 0
    ? unmatched('GOAL_NOT_FOUND', 'the campaign has no goal', 'event')
    : ambiguous('event', `the campaign has several goals: say which (${events.slice(0, 10).join(', ')})`)
}
