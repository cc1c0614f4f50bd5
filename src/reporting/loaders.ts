import DataLoader from 'dataloader'
import type { Cursors } from '../access/cursor.js'
import type { Scope } from '../access/scope.js'
import type { Snapshot } from '../database/snapshot.js'
import type { Clock } from '../kernel/clock.js'
import type { Explained } from '../kernel/explained.js'
import type { AdvertiserId, ClickId, ConversionId, ReceiptId } from '../kernel/ids.js'
import type { ConversionChangeType } from './change.type.js'
import type { Parent } from './choose-grains.js'
import type { ClickType } from './click.type.js'
import type { ConversionType } from './conversion.type.js'
import { explainTo } from './explain-report.js'
import type { PerformanceReportType } from './performance.type.js'
import { type AskedQuestion, readQuestion } from './question.js'
import { type Activity, readActivity } from './read-activity.js'
import { readChangesOfReceipts, readHistories, type SettledReceipt } from './read-changes.js'
import { readClicks } from './read-clicks.js'
import { readConversions, readConversionsOfClicks } from './read-conversions.js'
import { readReports } from './read-performance.js'
import { readReceipts } from './read-receipts.js'
import type { ReceiptType } from './receipt.type.js'

/** One operation's reads of the books: what is asked for in one tick is asked of the database at once. */
export interface ReportingLoaders {
  /** Null: unknown, or not for this scope's eyes. */
  readonly click: DataLoader<ClickId, ClickType | null>
  readonly conversion: DataLoader<ConversionId, ConversionType | null>
  readonly receipt: DataLoader<ReceiptId, ReceiptType | null>
  readonly conversionsOfClick: DataLoader<ClickId, ConversionType[]>
  readonly history: DataLoader<ConversionId, ConversionChangeType[]>
  /** What a receipt led to in the ledger; null where that is nothing. */
  readonly changeOfReceipt: DataLoader<SettledReceipt, ConversionChangeType | null, ReceiptId>
  readonly activity: DataLoader<AdvertiserId, Activity | null>
  /** The same question about each record of a list. */
  report(column: Parent['column'], id: string, asked: AskedQuestion): Promise<PerformanceReportType>
  clear(): void
}

const options = { maxBatchSize: 1_000 }

export function createReportingLoaders(
  { rows }: Snapshot,
  scope: Scope,
  cursors: Cursors,
  clock: Clock,
  explained: Explained = { told: null },
): ReportingLoaders {
  const byId = <Id extends string, Row extends { id: Id }>(read: (ids: readonly Id[]) => Promise<Row[]>) =>
    new DataLoader<Id, Row | null>(async (ids) => {
      const found = new Map((await read(ids)).map((row) => [row.id, row]))
      return ids.map((id) => found.get(id) ?? null)
    }, options)
  const listById = <Id extends string, Row>(read: (ids: readonly Id[]) => Promise<Map<Id, Row[]>>) =>
    new DataLoader<Id, Row[]>(async (ids) => {
      const found = await read(ids)
      return ids.map((id) => found.get(id) ?? [])
    }, options)

  const loaders = {
    click: byId((ids: readonly ClickId[]) => readClicks(rows, scope, ids)),
    conversion: byId((ids: readonly ConversionId[]) => readConversions(rows, scope, ids)),
    receipt: byId((ids: readonly ReceiptId[]) => readReceipts(rows, scope, ids)),
    conversionsOfClick: listById((ids: readonly ClickId[]) => readConversionsOfClicks(rows, scope, ids)),
    changeOfReceipt: new DataLoader<SettledReceipt, ConversionChangeType | null, ReceiptId>(
      async (receipts) => {
        const found = await readChangesOfReceipts(rows, scope, cursors, receipts)
        return receipts.map(({ id }) => found.get(id) ?? null)
      },
      { ...options, cacheKeyFn: ({ id }) => id },
    ),
    activity: new DataLoader<AdvertiserId, Activity | null>(async (ids) => {
      const found = await readActivity(rows, scope, clock(), ids.length, ids)
      const byAdvertiser = new Map(found.map((activity) => [activity.advertiserId, activity]))
      return ids.map((id) => byAdvertiser.get(id) ?? null)
    }, options),
    history: listById<ConversionId, ConversionChangeType>((ids) => readHistories(rows, scope, cursors, ids)),
  }
  const reports = new Map<string, DataLoader<string, PerformanceReportType>>()

  return {
    ...loaders,
    async report(column, id, asked) {
      const question = JSON.stringify([column, asked])
      let loader = reports.get(question)
      if (loader === undefined) {
        loader = new DataLoader(async (ids: readonly string[]) => {
          const reader = { rows, scope, cursors, nowMs: clock(), explain: explainTo(explained) }
          const found = await readReports(reader, readQuestion(asked, scope), { column, ids })
          return ids.map((each) => found.get(each) ?? new Error(`no report for ${each}`))
        }, options)
        reports.set(question, loader)
      }
      return loader.load(id)
    },
    clear() {
      for (const loader of Object.values(loaders)) loader.clearAll()
      reports.clear()
    },
  }
}
