import type { Catalog } from '../attribution/terms.js'
import type { CatalogCache } from '../catalog/catalog-cache.js'
import type { Pipeline } from '../database/pipeline.js'
import type { Rows } from '../database/rows.js'
import type { Clock } from '../kernel/clock.js'
import type { ClickId, ConversionId, ReceiptId, WorkspaceId } from '../kernel/ids.js'
import { createBooks } from './books.js'
import { type Answer, decideEntry, type Entry, type Page, visitKey, visitOf } from './decide-batch.js'
import { replaceOrderId } from './erased-order.js'
import { nameOfKey, readKeys, type WantedKey } from './idempotency-keys.js'
import { NoPlaceError } from './is-data-error.js'
import type { Commit } from './ledger-change.js'
import { type Head, lockHeads, readClicks, readParked, readReceipts, readVisits, type Wanted } from './read-batch.js'
import { countByClick, readByClick, readByTransaction, readConversions } from './read-orders.js'
import type { ParkedPostback } from './records.js'
import { hasMoved, type WrittenHead, writeBatch } from './write-batch.js'
import { createWrites, emptyRows } from './writes.js'

export interface BatchEntry {
  readonly workspaceId: WorkspaceId
  readonly entry: Entry
}

export interface CommittedBatch {
  /** One for each entry, in order. */
  readonly answers: readonly Answer[]
  readonly commits: readonly Commit[]
}

/**
 * One batch, one transaction, two round trips: lock the heads and read what the entries need; decide; write and commit.
 * Positions are given out under the lock, so they are contiguous and become visible in order. `again` says that these
 * entries were sent before and may have been committed: what has a receipt or a click already is answered as it was.
 */
export async function commitBatch(
  { rows, command, together }: Pipeline,
  entries: readonly BatchEntry[],
  again: boolean,
  catalogs: CatalogCache,
  clock: Clock,
): Promise<CommittedBatch> {
  const wanted = wantedBy(entries, again)
  const reading = together(
    () => [command('begin'), lockHeads(rows, wanted.workspaceIds), ...readAll(rows, wanted)] as const,
  )
  const [, heads, ...known] = await Promise.all(reading)
  const [clicks, byTransaction, byClick, brought, conversions, parked, visits, receipts, keys] = known
  const more = await readForParked(rows, parked)
  const catalogOf = new Map<WorkspaceId, Catalog>()
  for (const [id, head] of heads) catalogOf.set(id, await catalogs.atVersion(rows, id, head.catalogVersion))
  const erased = await readErased(rows, wanted.transactions, parked, catalogOf)

  const batch = emptyRows()
  const pages = new Map<WorkspaceId, Page>()
  const written: WrittenHead[] = []
  for (const [workspaceId, head] of heads) {
    const of = <T extends { workspaceId: WorkspaceId }>(all: readonly T[]) =>
      heads.size === 1 ? all : all.filter((one) => one.workspaceId === workspaceId)
    const catalog = catalogOf.get(workspaceId) as Catalog // each head's was read
    const bookedAtMs = Math.max(clock(), head.bookedAtMs)
    const after: Head = { ...head }
    written.push({ before: head, after, bookedAtMs })
    pages.set(workspaceId, {
      books: createBooks(catalog, {
        clicks: [...of(clicks), ...of(more.clicks)],
        conversions: [...of(byTransaction), ...of(byClick), ...of(conversions), ...of(more.conversions), ...of(erased)],
        parked: of(parked),
        brought: [...of(brought), ...of(more.brought)],
      }),
      writes: createWrites(workspaceId, after, bookedAtMs, batch),
      keptReceipts: new Map(of(receipts).map((receipt) => [receipt.id, receipt])),
      keys: new Map(of(keys).map((key) => [nameOfKey(key), key])),
      visits: new Set(of(visits).map(visitKey)),
      nowMs: bookedAtMs,
    })
  }
  const answers = entries.map(({ workspaceId, entry }) => {
    const page = pages.get(workspaceId)
    if (page === undefined) throw new NoPlaceError(`workspace ${workspaceId} has no head`)
    return decideEntry(entry, page)
  })

  const results = await Promise.all(together(() => [...writeBatch(rows, batch, written), command('commit')]))
  if (results.at(-1) !== 'COMMIT') throw new Error(`the batch ended in ${String(results.at(-1))}`)
  const commits = written
    .filter(({ before, after }) => hasMoved(before, after))
    .map(({ after }) => toCommit(after, pages.get(after.workspaceId)))
  return { answers, commits }
}

const toCommit = ({ bookedAtMs: _, ...head }: Head, page: Page | undefined): Commit => ({
  ...head,
  changes: page?.writes.changes ?? [],
  touched: page?.writes.touched() ?? [],
})

const readAll = (rows: Rows, wanted: Wanted) =>
  [
    readClicks(rows, wanted.clicks),
    readByTransaction(rows, wanted.transactions),
    readByClick(rows, wanted.clicks),
    countByClick(rows, wanted.browserClicks),
    readConversions(rows, wanted.conversions),
    readParked(rows, wanted),
    readVisits(rows, wanted.visits),
    readReceipts(rows, wanted.receipts),
    readKeys(rows, wanted.keys),
  ] as const

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
    countByClick(rows, distinct(browserClicks)),
  ])
  return { clicks, conversions: [...byClick, ...byTransaction], brought }
}

/** Orders whose id was replaced when they were erased are found by its replacement. Hardly any workspace has some. */
async function readErased(
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

function wantedBy(entries: readonly BatchEntry[], again: boolean): Wanted {
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

function distinct<T extends { workspaceId: WorkspaceId; id: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((one) => [`${one.workspaceId} ${one.id}`, one])).values()]
}
