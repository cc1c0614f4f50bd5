import type { Conversion } from '../attribution/conversion.js'
import type { BrowserBooks } from '../attribution/decide-from-browser.js'
import type { Catalog } from '../attribution/terms.js'
import type { ClickId, ConversionId, ReceiptId } from '../kernel/ids.js'
import { replaceOrderId } from './erased-order.js'
import {
  type BookedClick,
  type BookedConversion,
  type CarriedTraffic,
  noTraffic,
  type ParkedPostback,
} from './records.js'

/**
 * One workspace's books during one batch: what the database said under the lock, and on top of it what the batch has
 * decided so far, so that a request sees the ones before it exactly as it would if each had a transaction of its own.
 */
export interface BatchBooks extends BrowserBooks {
  click(id: ClickId): BookedClick | null
  conversion(id: ConversionId): Conversion | null
  /** What a conversion carries of its click. */
  trafficOf(id: ConversionId): CarriedTraffic
  parkedBy(what: { clickId: ClickId | null; transactionId: string | null }): readonly ParkedPostback[]
  parked(receiptId: ReceiptId): ParkedPostback | null
  putClick(click: BookedClick): void
  /** `traffic` comes with the first of a conversion, and stays. */
  putConversion(conversion: Conversion, traffic?: CarriedTraffic): void
  park(postback: ParkedPostback): void
  unpark(receiptId: ReceiptId): void
}

export function createBooks(
  catalog: Catalog,
  known: {
    clicks: readonly BookedClick[]
    conversions: readonly BookedConversion[]
    parked: readonly ParkedPostback[]
    /** How many conversions the clicks have that browsers' requests name. */
    brought: readonly { id: ClickId; conversions: number }[]
  },
): BatchBooks {
  const clicks = new Map<ClickId, BookedClick>()
  const conversions = new Map<ConversionId, Conversion>()
  const traffics = new Map<ConversionId, CarriedTraffic>()
  const idsByTransaction = new Map<string, ConversionId[]>()
  const idByClickAndEvent = new Map<string, ConversionId>()
  const parked = new Map<ReceiptId, ParkedPostback>()
  const brought = new Map(known.brought.map(({ id, conversions }) => [id, conversions]))

  const putConversion = (conversion: Conversion, traffic?: CarriedTraffic) => {
    const isNew = !conversions.has(conversion.id)
    conversions.set(conversion.id, conversion)
    if (traffic !== undefined) traffics.set(conversion.id, traffic)
    if (!isNew) return
    if (conversion.transactionId !== null) {
      const ids = idsByTransaction.get(conversion.transactionId)
      if (ids === undefined) idsByTransaction.set(conversion.transactionId, [conversion.id])
      else ids.push(conversion.id)
    } else if (conversion.clickId !== null && !conversion.countsEach) {
      idByClickAndEvent.set(`${conversion.clickId} ${conversion.event}`, conversion.id)
    }
  }
  const find = (id: ConversionId): Conversion => {
    const conversion = conversions.get(id)
    if (conversion === undefined) throw new Error(`conversion ${id} is indexed but not there`)
    return conversion
  }

  for (const click of known.clicks) clicks.set(click.id, click)
  for (const conversion of known.conversions) putConversion(conversion, conversion.traffic)
  for (const postback of known.parked) parked.set(postback.receiptId, postback)

  const parkedBy: BatchBooks['parkedBy'] = ({ clickId, transactionId }) => {
    if (parked.size === 0) return []
    return [...parked.values()]
      .filter(
        ({ request }) =>
          (clickId !== null && request.clickId === clickId) ||
          (transactionId !== null && request.transactionId === transactionId),
      )
      .sort((one, other) => one.atMs - other.atMs || (one.receiptId < other.receiptId ? -1 : 1))
  }

  return {
    catalog,
    click: (id) => clicks.get(id) ?? null,
    conversion: (id) => conversions.get(id) ?? null,
    trafficOf: (id) => traffics.get(id) ?? noTraffic,
    byTransaction(transactionId) {
      const ids = idsByTransaction.get(transactionId) ?? []
      const { erasureKey } = catalog
      const erased = erasureKey && idsByTransaction.get(replaceOrderId(erasureKey, transactionId))
      return (erased ? [...ids, ...erased] : ids).map(find)
    },
    byClick(clickId, event) {
      const id = idByClickAndEvent.get(`${clickId} ${event}`)
      return id === undefined ? null : find(id)
    },
    broughtBy: (clickId) => (brought.get(clickId) ?? 0) + parkedBy({ clickId, transactionId: null }).length,
    parkedBy,
    parked: (receiptId) => parked.get(receiptId) ?? null,
    putClick: (click) => void clicks.set(click.id, click),
    putConversion(conversion, traffic) {
      const { id, clickId } = conversion
      if (clickId !== null && !conversions.has(id)) brought.set(clickId, (brought.get(clickId) ?? 0) + 1)
      putConversion(conversion, traffic)
    },
    park: (postback) => void parked.set(postback.receiptId, postback),
    unpark: (receiptId) => void parked.delete(receiptId),
  }
}
