import { must, mustEqual } from '../assert.js'
import type { Row, Tables } from '../memory/tables.js'
import type { Shop } from '../shop.js'
import { type Attempt, clickOf, isPostback, type Kind } from './requests.js'

/**
 * The model: when all is quiet, what the books say follows from which requests are in them, however often each was sent
 * and in whatever order they came. An order is counted once, by one receipt; a lead once for each key; a sale once for
 * each click; an approval applies once; what waits, waits for something that is not there.
 */
export function checkBooks(tables: Tables, shops: readonly Shop[], attempts: readonly Attempt[]): void {
  for (const attempt of attempts) checkAcknowledged(attempt, tables)
  for (const shop of shops) {
    const own = attempts.filter(({ wish }) => wish.shop === shop)
    checkNumbers(tables, shop)
    checkReceiptsAreOurs(tables, shop, own)
    for (const name of ['0', '1', '2']) {
      checkOrder(tables, shop, name, own)
      checkClick(tables, shop, name, own)
    }
    checkLeads(tables, own)
    for (const kind of ['refusal', 'bad order'] as const) {
      for (const row of booked(tables, own, kind)) {
        mustEqual([row.outcome, row.http_status, row.conversion_id], ['REJECTED', 422, null], `a ${kind}`)
      }
    }
  }
}

/** Once it was said, it is so for good. */
function checkAcknowledged({ id, wish, answer }: Attempt, tables: Tables): void {
  if (answer === null) return
  if (isPostback(wish))
    must(tables.receipts.has(id), `a receipt that was acknowledged is gone: ${wish.kind} ${wish.name}`)
  else if ('kept' in answer) mustEqual(tables.clicks.has(id), answer.kept, 'a click that was acknowledged')
}

const booked = (tables: Tables, attempts: readonly Attempt[], kind: Kind, name: string | null = null): Row[] =>
  attempts.flatMap(({ id, wish }) => {
    const row = wish.kind === kind && (name === null || wish.name === name) ? tables.receipts.get(id) : undefined
    return row === undefined ? [] : [row]
  })

function checkNumbers(tables: Tables, { workspaceId }: Shop): void {
  const head = tables.heads.get(workspaceId)
  const changes = tables.changes.get(workspaceId) ?? []
  mustEqual(
    changes.map(({ position }) => position),
    changes.map((_, index) => index + 1),
    'the positions of the ledger',
  )
  must(head?.position === changes.length, 'the head is not at the end of the ledger')
  const sequences = [...tables.receipts.values()]
    .filter((row) => row.workspace_id === workspaceId)
    .map((row) => row.sequence)
  must(new Set(sequences).size === sequences.length, 'two receipts have one number')
  must(
    sequences.every((sequence) => Number(sequence) <= head.receipt_sequence),
    'a receipt beyond the head',
  )
  const conversions = [...tables.conversions.values()].filter((row) => row.workspace_id === workspaceId)
  for (const { id, status } of conversions) {
    const kinds = changes.filter(({ conversion_id }) => conversion_id === id).map(({ kind }) => kind)
    mustEqual(kinds, status === 'APPROVED' ? ['CREATED', 'APPROVED'] : ['CREATED'], 'the history of a conversion')
  }
  must(
    changes.every((change) => tables.conversions.has(String(change.conversion_id))),
    'a change of no conversion',
  )
}

function checkReceiptsAreOurs(tables: Tables, { workspaceId }: Shop, own: readonly Attempt[]): void {
  const ids = new Set(own.map(({ id }) => id))
  for (const row of [...tables.receipts.values(), ...tables.clicks.values()]) {
    must(row.workspace_id !== workspaceId || ids.has(String(row.id)), 'the books have what nobody sent')
  }
  const waiting = [...tables.parked.values()].filter((row) => row.workspace_id === workspaceId)
  const unmatched = [...tables.receipts.values()].filter(
    (row) => row.workspace_id === workspaceId && row.outcome === 'UNMATCHED',
  )
  const sorted = (all: readonly unknown[]) => all.map(String).sort()
  mustEqual(
    sorted(waiting.map(({ receipt_id }) => receipt_id)),
    sorted(unmatched.map(({ id }) => id)),
    'what waits, and what is said to',
  )
}

/** One of them made it, and the others found it there. */
function checkOnce(receipts: readonly Row[], conversions: readonly Row[], what: string): void {
  mustEqual(conversions.length, receipts.length > 0 ? 1 : 0, `conversions of ${what}`)
  const outcomes = receipts.map(({ outcome }) => String(outcome)).sort()
  mustEqual(
    outcomes,
    receipts.map((_, index) => (index === 0 ? 'ACCEPTED' : 'DUPLICATE')),
    `the receipts of ${what}`,
  )
  for (const row of receipts) mustEqual(row.conversion_id, conversions[0]?.id, `the conversion that ${what} led to`)
}

function checkOrder(tables: Tables, shop: Shop, name: string, own: readonly Attempt[]): void {
  const orders = booked(tables, own, 'order', name)
  const conversions = [...tables.conversions.values()].filter(
    (row) => row.workspace_id === shop.workspaceId && row.transaction_id === `order ${name}`,
  )
  checkOnce(orders, conversions, `order ${name}`)
  const approvals = booked(tables, own, 'approval', name).map(({ outcome }) => String(outcome))
  const [conversion] = conversions
  if (conversion === undefined) {
    must(
      approvals.every((outcome) => outcome === 'UNMATCHED'),
      'an approval of no order applied',
    )
    return
  }
  const applied = approvals.filter((outcome) => outcome === 'UPDATED').length
  must(
    applied <= 1 && approvals.every((outcome) => outcome === 'UPDATED' || outcome === 'DUPLICATE'),
    () => `the approvals of order ${name}: ${approvals}`,
  )
  must(approvals.length === 0 || conversion.status === 'APPROVED', 'an approval is booked and does not apply')
}

function checkClick(tables: Tables, shop: Shop, name: string, own: readonly Attempt[]): void {
  const sales = booked(tables, own, 'sale', name)
  const id = clickOf(shop, name)
  const conversions = [...tables.conversions.values()].filter(({ click_id }) => click_id === id)
  if (tables.clicks.has(id)) checkOnce(sales, conversions, `click ${name}`)
  else {
    mustEqual(conversions.length, 0, 'conversions of a click that is not there')
    must(
      sales.every(({ outcome }) => outcome === 'UNMATCHED'),
      'a sale of no click applied',
    )
  }
  const visits = own.flatMap(({ id: click, wish }) => {
    const row = wish.kind === 'click' && wish.name === name ? tables.clicks.get(click) : undefined
    return row === undefined ? [] : [row]
  })
  const first = visits.filter(({ first_visit }) => first_visit).length
  mustEqual(first, visits.length > 0 ? 1 : 0, 'how often a visitor came first')
}

function checkLeads(tables: Tables, own: readonly Attempt[]): void {
  const byKey = Map.groupBy(
    own.filter(({ wish }) => wish.kind === 'lead'),
    ({ wish }) => wish.name,
  )
  for (const [name, attempts] of byKey) {
    const receipts = booked(tables, attempts, 'lead')
    const ids = new Set(attempts.map(({ id }) => id))
    const conversions = [...tables.conversions.values()].filter((row) => ids.has(String(row.receipt_id)))
    checkOnce(receipts, conversions, name)
  }
}
