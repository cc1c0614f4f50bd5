import { scaled } from './exact.js'
import {
  book,
  figuresOf,
  forwardSteps,
  isTooLarge,
  type ModelBooks,
  type ModelCampaign,
  type ModelClick,
  type ModelConversion,
  type ModelGoal,
  type ModelRequest,
  type Status,
  setAmount,
  type Verdict,
} from './model.js'

const dayMs = 86_400_000
const verdict = (outcome: string, reason: string | null, conversion: ModelConversion | null = null): Verdict => ({
  outcome,
  reason,
  conversion,
})

export function keepClick(books: ModelBooks, click: ModelClick): void {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  click.bookedAtMs = books.nowMs
  const isSameVisit = (other: ModelClick) =>
    !other.bot && other.visitor === click.visitor && other.link === click.link && other.test === click.test
  click.first = !click.bot && !books.clicks.some((other) => isSameVisit(other) && day(other.atMs) === day(click.atMs))
  books.clicks.push(click)
  matchParked(books, (waiting) => waiting.click === click.id)
}

export function setStatus(books: ModelBooks, conversion: ModelConversion, status: Status): string {
  if (conversion.status === status) return 'DUPLICATE'
  const back = status === 'APPROVED' && (conversion.status === 'REJECTED' || conversion.status === 'REVERSED')
  if (!forwardSteps[conversion.status].includes(status) && !back) return 'CONFLICT'
  const before = figuresOf(conversion)
  conversion.status = status
  conversion.changedAtMs = Math.max(conversion.changedAtMs, books.nowMs)
  book(books, conversion, before)
  return 'UPDATED'
}

export function keepPostback(books: ModelBooks, request: ModelRequest): Verdict {
  const answer = decide(books, request)
  books.receipts.set(request.receipt, answer)
  if (answer.outcome === 'UNMATCHED') books.parked.push(request)
  matchOrder(books, answer)
  return answer
}

/**
 * What waits for something is tried again, oldest first. One that makes or changes an order lets those in at once that
 * wait for that order, before the next one.
 */
function matchParked(books: ModelBooks, isAbout: (request: ModelRequest) => boolean): void {
  const waiting = books.parked.filter(isAbout)
  waiting.sort((one, other) => one.atMs - other.atMs || (one.receipt < other.receipt ? -1 : 1))
  for (const request of waiting) {
    const index = books.parked.indexOf(request)
    const answer = index < 0 ? null : decide(books, request)
    if (answer === null) continue
    const isParked = answer.outcome === 'UNMATCHED'
    if (isParked && lacksCatalog(answer) === lacksCatalog(books.receipts.get(request.receipt))) continue
    if (!isParked) books.parked.splice(index, 1)
    books.receipts.set(request.receipt, answer)
    books.revised += 1
    matchOrder(books, answer)
  }
}

/** What waits for the catalog gets another chance when that has changed. */
export const rematch = (books: ModelBooks): void =>
  matchParked(books, ({ receipt }) => lacksCatalog(books.receipts.get(receipt)))

const lacksCatalog = (answer: Verdict | undefined): boolean =>
  /^(GOAL|CAMPAIGN|AFFILIATE|RATE)_NOT_FOUND$/.test(answer?.reason ?? '')

function matchOrder(books: ModelBooks, { outcome, conversion }: Verdict): void {
  if (conversion === null || (outcome !== 'ACCEPTED' && outcome !== 'UPDATED')) return
  const { txid, click } = conversion
  matchParked(books, (waiting) => (txid === null ? click?.id === waiting.click : txid === waiting.txid))
}

/** Decides, and books at once what is to be booked. */
function decide(books: ModelBooks, request: ModelRequest): Verdict {
  if (request.click === null && request.affiliate === null) {
    const orders = books.conversions.filter(
      (order) =>
        order.txid === request.txid &&
        order.advertiser === request.advertiser &&
        (request.event === null || order.goal.event === request.event) &&
        (request.line === null || order.line === request.line),
    )
    if (orders.length === 0) return verdict('UNMATCHED', 'ORDER_NOT_FOUND')
    if (orders.length > 1) return verdict('REJECTED', 'AMBIGUOUS')
    return update(books, orders[0] as ModelConversion, request, null)
  }
  return request.click === null ? decideNamed(books, request) : decideClicked(books, request)
}

function decideClicked(books: ModelBooks, request: ModelRequest): Verdict {
  const click = books.clicks.find(({ id }) => id === request.click)
  if (click === undefined || click.advertiser !== request.advertiser) return verdict('UNMATCHED', 'CLICK_NOT_FOUND')
  if (request.campaign !== null && request.campaign !== click.campaign) return verdict('REJECTED', 'AMBIGUOUS')
  if (request.affiliate !== null && request.affiliate !== click.affiliate) return verdict('REJECTED', 'AMBIGUOUS')
  return decideCredited(books, request, click.campaign, click.affiliate, click)
}

function decideNamed(books: ModelBooks, request: ModelRequest): Verdict {
  const campaign = books.campaigns.get(request.campaign ?? '')
  if (campaign?.advertiser !== request.advertiser) return verdict('UNMATCHED', 'CAMPAIGN_NOT_FOUND')
  const affiliate = request.affiliate ?? ''
  if (!books.affiliates.has(affiliate)) return verdict('UNMATCHED', 'AFFILIATE_NOT_FOUND')
  return decideCredited(books, request, request.campaign ?? '', affiliate, null)
}

/** The version that was in force when the request arrived. */
function goalAt({ goals }: ModelCampaign, event: string | null, atMs: number): ModelGoal | null {
  const versions = goals.filter((goal) => goal.event === event)
  return versions.filter(({ fromMs }) => fromMs <= atMs).at(-1) ?? versions[0] ?? null
}

function decideCredited(
  books: ModelBooks,
  request: ModelRequest,
  campaignId: string,
  affiliate: string,
  click: ModelClick | null,
): Verdict {
  const campaign = books.campaigns.get(campaignId) as ModelCampaign
  const events = new Set(campaign.goals.map(({ event }) => event))
  const event = request.event ?? (events.size === 1 ? ([...events][0] as string) : null)
  const goal = goalAt(campaign, event, request.atMs)
  const orders = books.conversions.filter((order) => {
    if (order.campaign !== campaignId || (event !== null && order.goal.event !== event)) return false
    if (request.txid !== null) return order.txid === request.txid && order.line === (request.line ?? '')
    // Without a transaction id, the order is the click's, unless each one counts.
    const isOfClick = event !== null && click !== null && order.txid === null && order.click?.id === click.id
    return isOfClick && order.goal.duplicates !== 'COUNT_EACH' && goal?.duplicates !== 'COUNT_EACH'
  })
  if (orders.length > 1) return verdict('REJECTED', 'AMBIGUOUS')
  if (orders[0] !== undefined) return update(books, orders[0], request, affiliate)
  if (event === null) return verdict('REJECTED', 'AMBIGUOUS')
  if (goal === null) return verdict('UNMATCHED', 'GOAL_NOT_FOUND')
  return create(books, request, campaignId, affiliate, click, goal)
}

function create(
  books: ModelBooks,
  request: ModelRequest,
  campaignId: string,
  affiliate: string,
  click: ModelClick | null,
  goal: ModelGoal,
): Verdict {
  if (request.status === 'REVERSED' || request.refund !== null) return verdict('UNMATCHED', 'ORDER_NOT_FOUND')
  const campaign = books.campaigns.get(campaignId) as ModelCampaign
  const occurredAtMs = request.timestampMs ?? request.atMs
  if (click !== null && occurredAtMs - click.atMs > campaign.windowDays * dayMs)
    return verdict('REJECTED', 'OUTSIDE_WINDOW')
  if (request.txid === null && click === null && goal.duplicates !== 'COUNT_EACH')
    return verdict('REJECTED', 'TRANSACTION_REQUIRED')
  const needsAmount = goal.revenue.kind !== 'FIXED' || goal.payout.kind !== 'FIXED'
  if (needsAmount && request.amount === null) return verdict('REJECTED', 'AMOUNT_REQUIRED')
  const currency = request.currency ?? books.currency
  const rate = rateOn(books, currency, occurredAtMs)
  if (rate === undefined) return verdict('UNMATCHED', 'RATE_NOT_FOUND')
  if (isTooLarge(request.amount, rate)) return verdict('REJECTED', 'AMOUNT_TOO_LARGE')
  const conversion: ModelConversion = {
    receipt: request.receipt,
    advertiser: request.advertiser,
    campaign: campaignId,
    affiliate,
    click,
    txid: request.txid,
    line: request.line ?? '',
    test: request.test || (click?.test ?? false),
    goal,
    occurredAtMs,
    currency,
    rate,
    status: request.status ?? goal.startsAs,
    amount: null,
    sale: 0n,
    revenue: 0n,
    payout: 0n,
    changedAtMs: occurredAtMs,
    seen: new Set([contentOf(request)]),
    refunds: new Set(),
  }
  setAmount(conversion, request.amount)
  books.conversions.push(conversion)
  book(books, conversion, null)
  return verdict('ACCEPTED', null, conversion)
}

/** That of the day, or the latest of the seven days before. */
function rateOn(books: ModelBooks, currency: string, atMs: number): string | undefined {
  if (currency === books.currency) return '1'
  const days = [0, 1, 2, 3, 4, 5, 6, 7].map((back) => new Date(atMs - back * dayMs).toISOString().slice(0, 10))
  const day = days.find((each) => books.rates.has(`${currency} ${each}`))
  return books.rates.get(`${currency} ${day}`)
}

/** Amount, currency, status and click; `10` and `10.00` are the same. */
function contentOf({ amount, currency, status, click }: ModelRequest): string {
  const plain = amount?.includes('.') ? amount.replace(/\.?0+$/, '') : amount
  return JSON.stringify([plain, currency, status, click])
}

function update(books: ModelBooks, order: ModelConversion, request: ModelRequest, affiliate: string | null): Verdict {
  const conflict = (reason: string) => verdict('CONFLICT', reason, order)
  const content = contentOf(request)
  if (request.refund === null && order.seen.has(content)) return verdict('DUPLICATE', null, order)
  if (request.click !== null && request.click !== order.click?.id) return conflict('CLICK_DIFFERS')
  if (affiliate !== null && affiliate !== order.affiliate) return conflict('AFFILIATE_DIFFERS')
  if (request.currency !== null && request.currency !== order.currency) return conflict('CURRENCY_DIFFERS')
  if (request.refund !== null) return refund(books, order, request, request.refund)
  const status = request.status === order.status ? null : request.status
  const isSameAmount = request.amount === null || (order.amount !== null && same(request.amount, order.amount))
  if (status === null && isSameAmount) return verdict('DUPLICATE', null, order)
  if (request.timestampMs !== null && request.timestampMs < order.changedAtMs) return conflict('OLDER_TIMESTAMP')
  if (status !== null && !forwardSteps[order.status].includes(status)) return conflict('ILLEGAL_STATUS')
  const takesAmount = !isSameAmount && (order.amount === null || order.goal.duplicates === 'UPDATE')
  if (status === null && !takesAmount) return conflict('AMOUNT_KEPT')

  if (takesAmount && isTooLarge(request.amount, order.rate)) return verdict('REJECTED', 'AMOUNT_TOO_LARGE')
  const before = figuresOf(order)
  if (takesAmount) setAmount(order, request.amount)
  if (status !== null) order.status = status
  order.changedAtMs = request.timestampMs ?? Math.max(request.atMs, order.changedAtMs)
  order.seen.add(content)
  book(books, order, before)
  return verdict('UPDATED', isSameAmount || takesAmount ? null : 'AMOUNT_KEPT', order)
}

function refund(books: ModelBooks, order: ModelConversion, request: ModelRequest, amount: string): Verdict {
  const conflict = (reason: string) => verdict('CONFLICT', reason, order)
  const refundId = request.refundId ?? ''
  if (order.refunds.has(refundId)) return verdict('DUPLICATE', null, order)
  if (order.amount === null || order.status === 'REJECTED' || order.status === 'REVERSED')
    return conflict('NOTHING_TO_REFUND')
  const left = scaled(order.amount, 8) - scaled(amount, 8)
  if (left < 0n) return conflict('REFUND_TOO_LARGE')
  const before = figuresOf(order)
  order.refunds.add(refundId)
  order.changedAtMs = Math.max(request.timestampMs ?? request.atMs, order.changedAtMs)
  if (left === 0n) order.status = order.status === 'PENDING' ? 'REJECTED' : 'REVERSED'
  else setAmount(order, `${left / 100_000_000n}.${String(left % 100_000_000n).padStart(8, '0')}`)
  book(books, order, before)
  return verdict('UPDATED', null, order)
}

const same = (one: string, other: string): boolean => scaled(one, 8) === scaled(other, 8)
