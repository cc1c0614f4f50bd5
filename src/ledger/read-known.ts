import type { Catalog } from '../attribution/terms.js'
import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { replaceOrderId } from './erased-order.js'
import { readKeys } from './idempotency-keys.js'
import { readClicks, readParked, readReceipts, readVisits, type Wanted } from './read-batch.js'
import { readBrought, readByClick, readByTransaction, readConversions } from './read-orders.js'
import type { ParkedPostback } from './records.js'
import { distinct } from './wanted-by.js'

/** What a batch must know before it can decide, of all its workspaces. */
export async function readKnown(rows: Rows, wanted: Wanted) {
  const [clicks, byTransaction, byClick, brought, conversions, parked, visits, receipts, keys] = await Promise.all([
    readClicks(rows, wanted.clicks),
    readByTransaction(rows, wanted.transactions),
    readByClick(rows, wanted.clicks),
    readBrought(rows, wanted.browserClicks),
    readConversions(rows, wanted.conversions),
    readParked(rows, wanted),
    readVisits(rows, wanted.visits),
    readReceipts(rows, wanted.receipts),
    readKeys(rows, wanted.keys),
  ])
  const more = await readForParked(rows, parked)
  return {
    clicks: [...clicks, ...more.clicks],
    conversions: [...byTransaction, ...byClick, ...conversions, ...more.conversions],
    brought: [...brought, ...more.brought],
    ...{ parked, visits, receipts, keys },
  }
}

/** Parked postbacks have clicks and orders of their own, known only now; there are seldom any. */
async function readForParked(rows: Rows, parked: readonly ParkedPostback[]) {
  if (parked.length === 0) return { clicks: [], conversions: [], brought: [] }
  const clickIds = parked.flatMap(({ workspaceId, request: { clickId } }) =>
    clickId ? [{ workspaceId, id: clickId }] : [],
  )
  const transactions = parked.flatMap(({ workspaceId, request: { transactionId } }) =>
    transactionId === null ? [] : [{ workspaceId, id: transactionId }],
  )
  const browserClicks = parked.flatMap(({ workspaceId, request: { via, clickId } }) =>
    via === 'browser' && clickId !== null ? [{ workspaceId, id: clickId }] : [],
  )
  const [clicks, byClick, byTransaction, brought] = await Promise.all([
    readClicks(rows, distinct(clickIds)),
    readByClick(rows, distinct(clickIds)),
    readByTransaction(rows, distinct(transactions)),
    readBrought(rows, distinct(browserClicks)),
  ])
  return { clicks, conversions: [...byClick, ...byTransaction], brought }
}

/** Orders whose id was replaced when they were erased are found by its replacement. Hardly any workspace has some. */
export async function readErased(
  rows: Rows,
  wanted: Wanted['transactions'],
  parked: readonly ParkedPostback[],
  catalogOf: ReadonlyMap<WorkspaceId, Catalog>,
) {
  if ([...catalogOf.values()].every(({ erasureKey }) => erasureKey === null)) return []
  const waiting = parked.map(({ workspaceId, request }) => ({ workspaceId, id: request.transactionId }))
  const replacements = [...wanted, ...waiting].flatMap(({ workspaceId, id }) => {
    const key = catalogOf.get(workspaceId)?.erasureKey ?? null
    return id === null || key === null ? [] : [{ workspaceId, id: replaceOrderId(key, id) }]
  })
  return readByTransaction(rows, distinct(replacements))
}
