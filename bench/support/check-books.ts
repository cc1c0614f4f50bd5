import type { Books } from './books.js'
import type { Sent } from './mix.js'
import type { Pulseback } from './pulseback.js'

/** What the server was asked in all, and answered, as the load generators tell it. */
export interface Tally {
  addPostbacks(sent: Sent): void
  addClicks(sent: Pick<Sent, 'fresh'>): void
  /** What the reference with one INSERT a request was asked. */
  addInserts(sent: Sent): void
  readonly postbacks: Sent
  readonly clicks: number
  readonly inserts: number
}

export const countSent = ({ fresh, copies, unknown }: Sent): number => fresh + copies + unknown

export function createTally(): Tally {
  const postbacks: Sent = { fresh: 0, copies: 0, unknown: 0 }
  let clicks = 0
  let inserts = 0
  return {
    postbacks,
    get clicks() {
      return clicks
    },
    get inserts() {
      return inserts
    },
    addPostbacks(sent) {
      for (const kind of ['fresh', 'copies', 'unknown'] as const) postbacks[kind] += sent[kind]
    },
    addClicks({ fresh }) {
      clicks += fresh
    },
    addInserts(sent) {
      inserts += countSent(sent)
    },
  }
}

interface Totals {
  readonly conversions: number
  readonly clicks: number
  readonly botClicks: number
  readonly saleAmount: string
  readonly revenue: string
  readonly payout: string
}

const dayMs = 86_400_000

/** What does not add up, a line each. A figure is only worth printing where this is empty. */
export async function checkBooks(
  tally: Tally,
  books: Books,
  server: Pulseback,
  insertedRows: number,
): Promise<string[]> {
  const problems: string[] = []
  const equal = (what: string, value: string | number, expected: string | number) => {
    if (value !== expected) problems.push(`${what}: ${value}, expected ${expected}`)
  }

  await books.settle()
  const counts = await books.count()
  const { fresh, copies, unknown } = tally.postbacks
  const { ACCEPTED = 0, DUPLICATE = 0, UNMATCHED = 0, ...others } = counts.receipts
  equal('receipts of new orders', ACCEPTED, fresh)
  equal('receipts of copies', DUPLICATE, copies)
  equal('receipts of unknown clicks', UNMATCHED, unknown)
  equal('receipts of other outcomes', JSON.stringify(others), '{}')
  equal('conversions', counts.conversions, fresh)
  equal('distinct orders', counts.orders, fresh)
  equal('changes', counts.changes, fresh)
  equal('last position', counts.position, fresh)
  equal('conversions that are not as their click or amount', counts.wrong, 0)
  equal('clicks', counts.clicks, tally.clicks)
  equal('inserted rows', insertedRows, tally.inserts)

  for (const groupBy of [[], ['CAMPAIGN'], ['SOURCE'], ['COUNTRY'], ['DEVICE']]) {
    const totals = await readTotals(server, groupBy)
    const by = groupBy.length === 0 ? 'report' : `report by ${groupBy.join()}`
    equal(`${by}, conversions`, totals.conversions, counts.conversions)
    equal(`${by}, clicks`, totals.clicks, counts.clicks)
    equal(`${by}, bot clicks`, totals.botClicks, 0)
    for (const sum of ['saleAmount', 'revenue', 'payout'] as const) {
      equal(`${by}, ${sum}`, plain(totals[sum]), plain(counts[sum]))
    }
  }
  return problems
}

async function readTotals({ ask }: Pulseback, groupBy: readonly string[]): Promise<Totals> {
  const [from, to] = [-2, 2].map((days) => new Date(Date.now() + days * dayMs).toISOString())
  const { performance } = await ask<{ performance: { totals: Totals } }>(
    `query ($query: PerformanceInput!) {
       performance(query: $query) { totals { conversions clicks botClicks saleAmount revenue payout } }
     }`,
    { query: { from, to, groupBy } },
  )
  return performance.totals
}

/** A decimal without the noughts that mean nothing. */
const plain = (decimal: string): string => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal)
