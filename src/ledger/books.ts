import type { Conversion } from '../attribution/conversion.js'
import type { BrowserBooks } from '../attribution/decide-from-browser.js'
import type { Catalog } from '../attribution/terms.js'
import type { ClickId, ConversionId, ReceiptId } from '../kernel/ids.js'
import { replaceOrderId } from './erased-order.js'
import { type KeptKey, nameOfKey, type WantedKey } from './idempotency-keys.js'
import type { Visit } from './read-batch.js'
import {
  type BookedClick,
  type BookedConversion,
  type CarriedTraffic,
  noTraffic,
  type ParkedPostback,
} from './records.js'

/**
 * One workspace's books during one batch: what the database said, on top of it what the batch before has decided and
 * may not have committed yet, and on top of that what this batch has decided so far. So a request sees the ones before
 * it exactly as it would if each had a transaction of its own.
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
  /** Whether it is the first of its visitor, link and day, which it then is no more. */
  isFirstVisit(visit: Omit<Visit, 'workspaceId'>): boolean
  /** A sender's own name for a request that came before. */
  key(name: Omit<WantedKey, 'workspaceId'>): KeptKey | null
  putKey(key: KeptKey): void
  /** What was put here since. */
  readonly decided: Decided
}

/** What a batch has decided, for the batch after it to build upon. */
export interface Decided {
  readonly clicks: Map<ClickId, BookedClick>
  readonly conversions: Map<ConversionId, BookedConversion>
  readonly parked: Map<ReceiptId, ParkedPostback>
  readonly unparked: Set<ReceiptId>
  readonly visits: Set<string>
  readonly keys: Map<string, KeptKey>
}

/** What the database said. Of what the batch before decided it may tell all, a part or nothing. */
export interface Known {
  readonly clicks: readonly BookedClick[]
  readonly conversions: readonly BookedConversion[]
  readonly parked: readonly ParkedPostback[]
  /** The conversions of those clicks that browsers' requests name. */
  readonly brought: readonly { clickId: ClickId; id: ConversionId }[]
  readonly visits: readonly Omit<Visit, 'workspaceId'>[]
  readonly keys: readonly KeptKey[]
}

export function createBooks(catalog: Catalog, known: Known, before: Decided | null): BatchBooks {
  const clicks = new Map<ClickId, BookedClick>()
  const conversions = new Map<ConversionId, Conversion>()
  const traffics = new Map<ConversionId, CarriedTraffic>()
  const idsByTransaction = new Map<string, ConversionId[]>()
  const idByClickAndEvent = new Map<string, ConversionId>()
  const parked = new Map<ReceiptId, ParkedPostback>()
  const brought = new Map<ClickId, Set<ConversionId>>()
  const visits = new Set<string>()
  const keys = new Map<string, KeptKey>()
  const decided: Decided = {
    clicks: new Map(),
    conversions: new Map(),
    parked: new Map(),
    unparked: new Set(),
    visits: new Set(),
    keys: new Map(),
  }

  const bring = (clickId: ClickId, id: ConversionId) => {
    const ids = brought.get(clickId)
    if (ids === undefined) brought.set(clickId, new Set([id]))
    else ids.add(id)
  }
  const putConversion = (conversion: Conversion, traffic?: CarriedTraffic) => {
    const isNew = !conversions.has(conversion.id)
    conversions.set(conversion.id, conversion)
    if (traffic !== undefined) traffics.set(conversion.id, traffic)
    if (!isNew) return
    if (conversion.clickId !== null) bring(conversion.clickId, conversion.id)
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

  for (const { clickId, id } of known.brought) bring(clickId, id)
  for (const part of before === null ? [known] : [known, before]) {
    for (const click of part.clicks.values()) clicks.set(click.id, click)
    for (const conversion of part.conversions.values()) putConversion(conversion, conversion.traffic)
    for (const postback of part.parked.values()) parked.set(postback.receiptId, postback)
    for (const key of part.keys.values()) keys.set(nameOfKey(key), key)
  }
  for (const visit of known.visits) visits.add(nameOfVisit(visit))
  for (const visit of before?.visits ?? []) visits.add(visit)
  for (const receiptId of before?.unparked ?? []) parked.delete(receiptId)

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
    broughtBy: (clickId) => (brought.get(clickId)?.size ?? 0) + parkedBy({ clickId, transactionId: null }).length,
    parkedBy,
    parked: (receiptId) => parked.get(receiptId) ?? null,
    putClick(click) {
      clicks.set(click.id, click)
      decided.clicks.set(click.id, click)
    },
    putConversion(conversion, traffic) {
      putConversion(conversion, traffic)
      const { id } = conversion
      decided.conversions.set(id, { ...conversion, traffic: traffics.get(id) ?? noTraffic })
    },
    park(postback) {
      parked.set(postback.receiptId, postback)
      decided.parked.set(postback.receiptId, postback)
      decided.unparked.delete(postback.receiptId)
    },
    unpark(receiptId) {
      parked.delete(receiptId)
      decided.parked.delete(receiptId)
      decided.unparked.add(receiptId)
    },
    isFirstVisit(visit) {
      const name = nameOfVisit(visit)
      if (visits.has(name)) return false
      visits.add(name)
      decided.visits.add(name)
      return true
    },
    key: (name) => keys.get(nameOfKey(name)) ?? null,
    putKey(key) {
      keys.set(nameOfKey(key), key)
      decided.keys.set(nameOfKey(key), key)
    },
    decided,
  }
}

const nameOfVisit = ({ day, linkId, test, visitor }: Omit<Visit, 'workspaceId'>): string =>
  `${day} ${linkId} ${test} ${visitor}`
