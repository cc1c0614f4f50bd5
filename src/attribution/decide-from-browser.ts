import type { ClickId } from '../kernel/ids.js'
import type { Conversion } from './conversion.js'
import { type Arrival, type Books, decidePostback } from './decide-postback.js'
import { decideUpdate, goalOf } from './decide-update.js'
import { conflict, type Decision, rejected } from './decision.js'
import { needsAmount } from './price.js'
import { isRefund, type PostbackRequest } from './request.js'
import type { CampaignTerms } from './terms.js'

/**
 * What a visitor's browser reports. It carries no secret, so anyone can send it, with a click that anyone can make.
 * Therefore it can do one thing, which costs nobody anything until somebody has looked: bring a click's event into the
 * books as PENDING, at a price that was fixed before, a bounded number of times. It changes nothing that is in them.
 *
 * The rule of postbacks decides; what a browser may not say is taken out of the request before, and what it may not do
 * out of the decision after.
 */
export function decideFromBrowser(request: PostbackRequest, arrival: Arrival, books: BrowserBooks): Decision {
  if (request.clickId === null) return rejected('CLICK_REQUIRED', 'a browser is credited by its click only', 'click_id')
  if (isRefund(request)) return rejected('CLIENT_SIDE_CHANGE', 'a browser takes nothing off an order', 'refund')
  const campaign = campaignOf(request.clickId, arrival, books)
  if (campaign !== null && !campaign.clientSide) {
    return rejected('CLIENT_SIDE_OFF', 'the campaign takes no conversions from browsers', 'click_id')
  }
  // A time of the browser's choosing would lead around the attribution window.
  const claim = { ...request, status: null, occurredAtMs: null }
  const decision = decidePostback(claim, arrival, books)
  switch (decision.outcome) {
    case 'ACCEPTED':
      return admit(decision.conversion, claim, arrival, books)
    case 'UPDATED':
      return unchanged(decision.before)
    case 'UNMATCHED':
      return books.broughtBy(request.clickId) < maxPerClick ? decision : clickFull
    default:
      return decision
  }
}

/** What a browser's request must know besides. */
export interface BrowserBooks extends Books {
  /** How many conversions the click has, from wherever, and how many requests wait for it. */
  broughtBy(clickId: ClickId): number
}

/** What one click brings through a browser at most, so that one who has a click cannot fill the books with it. */
export const maxPerClick = 20
/** How many conversions an order may have for a browser to add one: it must not use up what an order has room for. */
const maxPerOrder = 20

function campaignOf(clickId: ClickId, { advertiserId }: Arrival, { click, catalog }: Books): CampaignTerms | null {
  const found = click(clickId)
  return found?.advertiserId === advertiserId ? (catalog.campaigns.get(found.campaignId) ?? null) : null
}

function admit(conversion: Conversion, claim: PostbackRequest, arrival: Arrival, books: BrowserBooks): Decision {
  const { clickId, event, transactionId } = conversion
  // A request that had to wait is priced by the goal of its arrival, when the campaign may not have been clientSide yet.
  if (needsAmount(goalOf(conversion, books.catalog))) {
    return rejected('CLIENT_SIDE_OFF', `goal "${event}" was priced by the amount when this arrived`, 'event')
  }
  // Whatever the goal says, a page that is loaded again is not a second sale.
  const known = clickId === null || transactionId !== null ? null : books.byClick(clickId, event)
  if (known !== null) {
    const decision = decideUpdate(known, claim, arrival.atMs, books.catalog, null)
    return decision.outcome === 'UPDATED' ? unchanged(known) : decision
  }
  if (clickId === null || books.broughtBy(clickId) >= maxPerClick) return clickFull
  if (transactionId !== null && books.byTransaction(transactionId).length >= maxPerOrder) {
    return rejected('ORDER_TOO_LARGE', `browsers add to an order of less than ${maxPerOrder} conversions only`, 'txid')
  }
  return { outcome: 'ACCEPTED', conversion: { ...conversion, status: 'PENDING', countsEach: false }, reason: null }
}

const clickFull = rejected(
  'CLICK_FULL',
  `one click brings at most ${maxPerClick} conversions through a browser`,
  'click_id',
)

/** Without a status, all that could have been new is the amount. */
const unchanged = (order: Conversion): Decision =>
  conflict(order, 'CLIENT_SIDE_CHANGE', 'what a browser sends changes nothing that is in the books', 'amount')
