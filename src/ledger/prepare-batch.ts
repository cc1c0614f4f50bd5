import { randomInt } from 'node:crypto'
import type { Catalog } from '../attribution/terms.js'
import type { CatalogCache } from '../catalog/catalog-cache.js'
import type { Pipeline } from '../database/pipeline.js'
import type { Rows } from '../database/rows.js'
import type { Clock } from '../kernel/clock.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { createBooks, type Decided } from './books.js'
import { type Answer, decideEntry, type Page } from './decide-batch.js'
import { NoPlaceError } from './is-data-error.js'
import type { Commit } from './ledger-change.js'
import { createLeftHeads } from './left-heads.js'
import { type Head, HeadMoved, holdHeads, lockHeads } from './read-batch.js'
import { readErased, readKnown } from './read-known.js'
import { type BatchEntry, wantedBy } from './wanted-by.js'
import { hasMoved, type WrittenHead, writeBatch } from './write-batch.js'
import { type BatchRows, createWrites, emptyRows } from './writes.js'

/**
 * A batch is prepared, and then committed, each in one round trip: what its entries need is read, and they are decided;
 * then all is written in one transaction. While one batch is being committed the next is prepared, on the books as the
 * first will leave them.
 *
 * So nobody holds a lock while a program thinks, and it takes no lock to know what to write, but only that it may be
 * written: whatever changes the books or the catalog moves the workspace's head, under the head's lock. A batch takes
 * that lock to write, and if the head is not where the batch was decided, because another node was there, or because
 * the batch before has failed, nothing of it is written: `HeadMoved`, and it is to be prepared again.
 *
 * Where others write too, batches are prepared under the lock instead, for as long as they find that the head has moved.
 * Positions are given out under the lock either way, so they are contiguous and become visible in order.
 */
export interface Batches {
  /**
   * Resolves when the batch is decided and on its way. `again` says that these entries were sent before and may have
   * been committed: what has a receipt or a click already is answered as it was. `before`: what is still on its way.
   */
  prepare(
    pipeline: Pipeline,
    entries: readonly BatchEntry[],
    again: boolean,
    before: UnderWay | null,
  ): Promise<UnderWay>
}

export interface UnderWay {
  readonly decided: ReadonlyMap<WorkspaceId, Decided>
  /** Where it leaves the heads, once it is committed. */
  readonly leaves: ReadonlyMap<WorkspaceId, Head>
  readonly committed: Promise<CommittedBatch>
}

export interface CommittedBatch {
  /** One for each entry, in order. */
  readonly answers: readonly Answer[]
  readonly commits: readonly Commit[]
}

const maxStamp = 2 ** 48 - 1

export function createBatches(catalogs: CatalogCache, clock: Clock): Batches {
  const left = createLeftHeads(catalogs)

  const expect = (entries: readonly BatchEntry[], again: boolean) =>
    // A replay tells what the books say of a receipt: they must be asked after everything before it.
    again || entries.some(({ entry }) => entry.kind === 'replay')
      ? null
      : left.expect(new Set(entries.map(({ workspaceId }) => workspaceId)))

  async function catalogsAt(rows: Rows, heads: ReadonlyMap<WorkspaceId, Head>, isUnderLock: boolean) {
    const found = new Map<WorkspaceId, Catalog>()
    for (const [id, { catalogVersion }] of heads) {
      const remembered = isUnderLock ? null : catalogs.remembered(id)
      found.set(id, remembered ?? (await catalogs.atVersion(rows, id, catalogVersion)))
    }
    return found
  }

  function decideAll(entries: readonly BatchEntry[], pages: ReadonlyMap<WorkspaceId, Page>): Answer[] {
    return entries.map(({ workspaceId, entry }) => {
      const page = pages.get(workspaceId)
      if (page === undefined) throw new NoPlaceError(`workspace ${workspaceId} has no head`)
      return decideEntry(entry, page)
    })
  }

  async function commit(writing: readonly Promise<unknown>[], written: readonly WrittenHead[]): Promise<void> {
    for (const sent of writing) sent.catch(() => undefined)
    try {
      let end: unknown
      // In their order: the first to fail is why those behind it do, and need not be the first that is heard of.
      for (const sent of writing) end = await sent
      if (end !== 'COMMIT') throw new Error(`the batch ended in ${String(end)}`)
    } catch (error) {
      left.distrust(written)
      throw error
    }
  }

  return {
    async prepare({ rows, copy, command, together }, entries, again, before) {
      const expected = expect(entries, again)
      const isUnderLock = expected === null
      // Under the lock, what was on its way has arrived or failed.
      const decidedBefore = isUnderLock || before === null ? null : decidedUpTo(expected, before)
      const wanted = wantedBy(entries, again, decidedBefore)
      const reading = together(() => ({
        begun: isUnderLock ? command('begin') : null,
        heads: expected ?? lockHeads(rows, wanted.workspaceIds),
        known: readKnown(rows, wanted),
      }))
      const [heads, known] = await Promise.all([reading.heads, reading.known, reading.begun])
      const catalogOf = await catalogsAt(rows, heads, isUnderLock)
      const erased = await readErased(rows, wanted.transactions, known.parked, catalogOf)

      const batch = emptyRows()
      const written = [...heads.values()].map((head): WrittenHead => ({ before: head, after: { ...head } }))
      const all = { ...known, conversions: [...known.conversions, ...erased] }
      const pages = openPages(written, catalogOf, all, decidedBefore, batch, clock())
      let answers: readonly Answer[]
      try {
        answers = decideAll(entries, pages)
      } catch (error) {
        if (isUnderLock || !(error instanceof NoPlaceError)) throw error
        // Its place may have been made since this catalog was read.
        left.distrust(written)
        throw new HeadMoved()
      }
      stampMoved(written, pages)

      const writing = together(() => [
        ...(isUnderLock ? [] : [command('begin'), holdHeads(rows, [...heads.values()])]),
        ...writeBatch({ rows, copy }, batch, written),
        command('commit'),
      ])
      left.leave(written, isUnderLock)
      const commits = written
        .filter(({ before: head, after }) => hasMoved(head, after))
        .map(({ after }) => toCommit(after, pages.get(after.workspaceId)))
      return {
        decided: new Map([...pages].map(([id, { books }]) => [id, books.decided])),
        leaves: new Map(written.map(({ after }) => [after.workspaceId, after])),
        committed: commit(writing, written).then(() => ({ answers, commits })),
      }
    },
  }
}

/**
 * What a batch on its way has decided of those workspaces that are expected where it leaves them. Where a head is expected
 * elsewhere, others have written since it was decided: it will be prepared again, and what it decided was never so.
 */
const decidedUpTo = (
  expected: ReadonlyMap<WorkspaceId, Head>,
  { decided, leaves }: UnderWay,
): ReadonlyMap<WorkspaceId, Decided> =>
  new Map([...decided].filter(([id]) => expected.get(id)?.stamp === leaves.get(id)?.stamp))

/** A page for each workspace, with its part of what was read. */
function openPages(
  written: readonly WrittenHead[],
  catalogOf: ReadonlyMap<WorkspaceId, Catalog>,
  known: Awaited<ReturnType<typeof readKnown>>,
  before: ReadonlyMap<WorkspaceId, Decided> | null,
  batch: BatchRows,
  nowMs: number,
): Map<WorkspaceId, Page> {
  const pages = new Map<WorkspaceId, Page>()
  for (const { before: head, after } of written) {
    const { workspaceId } = head
    const of = <T extends { workspaceId: WorkspaceId }>(all: readonly T[]) =>
      written.length === 1 ? all : all.filter((one) => one.workspaceId === workspaceId)
    const bookedAtMs = Math.max(nowMs, head.bookedAtMs)
    const own = {
      clicks: of(known.clicks),
      conversions: of(known.conversions),
      parked: of(known.parked),
      brought: of(known.brought),
      visits: of(known.visits),
      keys: of(known.keys),
    }
    const catalog = catalogOf.get(workspaceId) as Catalog // each head's was read
    pages.set(workspaceId, {
      books: createBooks(catalog, own, before?.get(workspaceId) ?? null),
      writes: createWrites(workspaceId, after, bookedAtMs, batch),
      keptReceipts: new Map(of(known.receipts).map((receipt) => [receipt.id, receipt])),
      nowMs: bookedAtMs,
    })
  }
  return pages
}

function stampMoved(written: readonly WrittenHead[], pages: ReadonlyMap<WorkspaceId, Page>): void {
  const stamp = randomInt(maxStamp)
  for (const { before, after } of written) {
    if (!hasMoved(before, after)) continue
    after.stamp = stamp
    after.bookedAtMs = pages.get(after.workspaceId)?.nowMs ?? before.bookedAtMs
  }
}

const toCommit = ({ bookedAtMs: _, stamp: __, ...head }: Head, page: Page | undefined): Commit => ({
  ...head,
  changes: page?.writes.changes ?? [],
  touched: page?.writes.touched() ?? [],
})
