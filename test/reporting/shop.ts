import type { Scope } from '../../src/access/scope.js'
import type { Ledger } from '../../src/ledger/entries.js'
import type { PerformanceReportType } from '../../src/reporting/performance.type.js'
import type { TestBooks } from '../support/books.js'
import { clickDraft, named, receiptDraft, request, type Way } from '../support/drafts.js'

/** Puts clicks and conversions into the books, for tests of what reports make of them. */
export function createTill(books: Pick<TestBooks, 'time'>, ledger: Ledger) {
  let orders = 0
  const keep = async (way: Way, one: ReturnType<typeof request>) => {
    const answer = await ledger.keepPostback(receiptDraft(way, books.time.nowMs), one)
    if (answer.conversionId === null) throw new Error(`not booked: ${answer.reason?.code}`)
    return answer.conversionId
  }
  const nextOrder = () => {
    orders += 1
    return `order-${orders}`
  }
  return {
    async click(way: Way, more: Parameters<typeof clickDraft>[2] = {}, atMs = books.time.nowMs) {
      const click = clickDraft(way, atMs, more)
      await ledger.keepClick(click)
      return click.id
    },
    /** An order that a click led to. */
    order: (
      way: Way,
      clickId: Awaited<ReturnType<typeof clickDraft>>['id'],
      more: Parameters<typeof request>[0] = {},
    ) => keep(way, request({ clickId, transactionId: nextOrder(), ...more })),
    /** An order without a click, at its own time. */
    orderAt: (way: Way, occurredAtMs: number, more: Parameters<typeof request>[0] = {}) =>
      keep(way, named(way, { transactionId: nextOrder(), occurredAtMs, ...more })),
    /** News of an order that is known. */
    again: (way: Way, more: Parameters<typeof request>[0]) => keep(way, request(more)),
    async manyAt(way: Way, times: readonly number[]): Promise<void> {
      const all = times.map((occurredAtMs) =>
        keep(way, named(way, { transactionId: nextOrder(), occurredAtMs, event: 'sale' })),
      )
      await Promise.all(all)
    },
  }
}

export type Till = ReturnType<typeof createTill>

/** A report's rows as short texts: `key…: clicks/conversions`. */
export const shortRows = ({ rows }: PerformanceReportType): string[] =>
  rows.map(({ bucket, key, metrics }) => {
    const values = [...(bucket === null ? [] : [new Date(bucket).toISOString()]), ...Object.values(key)]
    return `${values.join(' ')}: ${metrics.clicks}/${metrics.conversions}`
  })

/** A report as the oracle tells it: without what names its rows and the state of the books. */
export const shownReport = ({ rows, asOf: _, ...rest }: PerformanceReportType) => ({
  ...rest,
  rows: rows.map(({ bucket, key, metrics }) => ({ bucket, key, metrics })),
})

export const plain = (report: object): object => JSON.parse(JSON.stringify(report))

/** The same workspace with other eyes. */
export const asAdvertiser = (scope: Scope, { advertiserId }: Way): Scope =>
  ({ ...scope, role: 'ADVERTISER', advertiserId, affiliateId: null }) as Scope
export const asAffiliate = (scope: Scope, { affiliateId }: Way): Scope =>
  ({ ...scope, role: 'AFFILIATE', advertiserId: null, affiliateId }) as Scope
