import type { StartedServer } from '../support/server.js'

/** One line of the ledger, as a query or a subscription tells it. */
export interface Change {
  /** The same text for the same position, whoever is asked: it is what tells one change from another. */
  readonly cursor: string
  readonly kind: string
  readonly status: string
  readonly conversion: { readonly id: string; readonly transactionId: string }
}

export const changeFields = 'cursor kind status conversion { id transactionId }'

/** The whole ledger, in order: the change at position 1 comes first. */
export async function readLedger({ ask }: StartedServer): Promise<Change[]> {
  const ledger: Change[] = []
  for (let after: string | null = null; ; ) {
    type Page = { changes: { nodes: Change[]; hasMore: boolean; endCursor: string } }
    const { changes }: Page = await ask(
      `query ($after: Cursor) { changes(after: $after, first: 500) { nodes { ${changeFields} } hasMore endCursor } }`,
      { after },
    )
    ledger.push(...changes.nodes)
    if (!changes.hasMore) return ledger
    after = changes.endCursor
  }
}

/**
 * What is wrong with what a subscriber saw of the ledger from `from` on (how many changes were there before it came).
 * Nothing is, when it saw every position once, in order, and each as the ledger has it.
 */
export function checkFeed(ledger: readonly Change[], seen: readonly Change[], from = 0): string[] {
  const positions = new Map(ledger.map(({ cursor }, index) => [cursor, index + 1]))
  const problems: string[] = []
  let last = from
  for (const [index, change] of seen.entries()) {
    const position = positions.get(change.cursor)
    if (position === undefined) {
      problems.push(`message ${index + 1} is not in the ledger: ${toText(change)}`)
      continue
    }
    if (position <= last) problems.push(`${position} came again, or late, behind ${last}`)
    if (position > last + 1) problems.push(missed(last + 1, position - 1))
    const booked = ledger[position - 1]
    if (booked !== undefined && toText(booked) !== toText(change))
      problems.push(`${position} was told as ${toText(change)}, and is ${toText(booked)}`)
    last = Math.max(last, position)
  }
  if (last < ledger.length) problems.push(missed(last + 1, ledger.length))
  return problems
}

const missed = (first: number, last: number) => `missed ${first === last ? first : `${first} to ${last}`}`
const toText = ({ kind, status, conversion }: Change) =>
  `${kind} ${status} ${conversion.transactionId} ${conversion.id}`
