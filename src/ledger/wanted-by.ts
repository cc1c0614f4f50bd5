import type { ClickId, ConversionId, ReceiptId, WorkspaceId } from '../kernel/ids.js'
import type { Decided } from './books.js'
import { type Entry, visitOf } from './decide-batch.js'
import type { WantedKey } from './idempotency-keys.js'
import type { Wanted } from './read-batch.js'

export interface BatchEntry {
  readonly workspaceId: WorkspaceId
  readonly entry: Entry
}

/**
 * What a batch must read. What the batch before has parked may be matched by this one, and then needs what belongs to
 * it, though the books may not say yet that it waits.
 */
export function wantedBy(
  entries: readonly BatchEntry[],
  again: boolean,
  before: ReadonlyMap<WorkspaceId, Decided> | null,
): Wanted {
  const workspaceIds = new Set<WorkspaceId>()
  const clicks: { workspaceId: WorkspaceId; id: ClickId }[] = []
  const awaitedClicks: { workspaceId: WorkspaceId; id: ClickId }[] = []
  const browserClicks: { workspaceId: WorkspaceId; id: ClickId }[] = []
  const transactions: { workspaceId: WorkspaceId; id: string }[] = []
  const conversions: { workspaceId: WorkspaceId; id: ConversionId }[] = []
  const receipts: { workspaceId: WorkspaceId; id: ReceiptId }[] = []
  const visits: ReturnType<typeof visitOf>[] = []
  const keys: WantedKey[] = []
  for (const { workspaceId, entry } of entries) {
    workspaceIds.add(workspaceId)
    if (entry.kind === 'click') {
      awaitedClicks.push({ workspaceId, id: entry.click.id })
      if (again) clicks.push({ workspaceId, id: entry.click.id })
      if (!entry.click.bot) visits.push(visitOf(entry.click))
    } else if (entry.kind === 'postback') {
      const { via, clickId, transactionId } = entry.request
      if (clickId !== null) {
        clicks.push({ workspaceId, id: clickId })
        awaitedClicks.push({ workspaceId, id: clickId })
        if (via === 'browser') browserClicks.push({ workspaceId, id: clickId })
      }
      if (transactionId !== null) transactions.push({ workspaceId, id: transactionId })
      const { advertiserId, idempotencyKey: key } = entry.receipt
      if (key !== null) keys.push({ workspaceId, advertiserId, key })
    } else if (entry.kind === 'status') {
      conversions.push({ workspaceId, id: entry.change.conversionId })
    } else if (entry.kind === 'replay') {
      receipts.push({ workspaceId, id: entry.receiptId })
    }
    if (again && (entry.kind === 'postback' || entry.kind === 'refusal')) {
      receipts.push({ workspaceId, id: entry.receipt.id })
    }
  }
  for (const [workspaceId, { parked }] of before ?? []) {
    if (!workspaceIds.has(workspaceId)) continue
    for (const { request } of parked.values()) {
      const { via, clickId, transactionId } = request
      if (clickId !== null) clicks.push({ workspaceId, id: clickId })
      if (clickId !== null && via === 'browser') browserClicks.push({ workspaceId, id: clickId })
      if (transactionId !== null) transactions.push({ workspaceId, id: transactionId })
    }
  }
  return {
    workspaceIds: [...workspaceIds].sort(),
    clicks: distinct(clicks),
    awaitedClicks: distinct(awaitedClicks),
    browserClicks: distinct(browserClicks),
    transactions: distinct(transactions),
    conversions: distinct(conversions),
    receipts: distinct(receipts),
    visits,
    keys,
  }
}

export function distinct<T extends { workspaceId: WorkspaceId; id: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [`${one.workspaceId} ${one.id}`, one])).values()]
}
