import type { ReceiptShownFragment } from '../generated/receipts/receipts'

export type Outcome = ReceiptShownFragment['outcome']

/** How an outcome is shown: by word and sign as much as by colour. */
export const outcomes: Readonly<Record<Outcome, { name: string; sign: string; tone: string; means: string }>> = {
  ACCEPTED: { name: 'Accepted', sign: '✓', tone: 'good', means: 'A new conversion is in the books.' },
  UPDATED: { name: 'Updated', sign: '✓', tone: 'good', means: 'A known order got a new status or amount.' },
  DUPLICATE: { name: 'Duplicate', sign: '=', tone: 'quiet', means: 'It says nothing new, and counts once.' },
  CONFLICT: { name: 'Conflict', sign: '≠', tone: 'warn', means: 'It contradicts the books, which stay as they are.' },
  UNMATCHED: { name: 'Unmatched', sign: '…', tone: 'warn', means: 'It waits for what it is about to appear.' },
  REJECTED: { name: 'Rejected', sign: '✕', tone: 'bad', means: 'It was refused, and the books stay as they are.' },
  QUEUED: {
    name: 'Queued',
    sign: '…',
    tone: 'warn',
    means: 'It is kept safely, and booked when the database is back.',
  },
}

export const isOutcome = (text: unknown): text is Outcome => typeof text === 'string' && text in outcomes
