import type { Commit } from '../../../src/ledger/ledger-change.js'
import { must, mustEqual } from '../assert.js'
import { lineOf } from '../memory/changes-statement.js'
import type { Draft, Tables } from '../memory/tables.js'

/** What must hold of every transaction at the moment of its COMMIT: numbers have no holes, and nothing goes unnumbered. */
export function checkTransaction({ inserted, heads }: Draft, tables: Tables): void {
  const moved = new Map(heads.map((head) => [head.workspace_id, head]))
  for (const row of [...inserted.receipt, ...inserted.click, ...inserted.conversion_change, ...inserted.conversion]) {
    must(moved.has(String(row.workspace_id)), 'rows were written, and the head did not move')
  }
  for (const after of heads) {
    const { workspace_id: id } = after
    const before = tables.heads.get(id)
    must(before !== undefined, 'a head was written that is not there')
    const of = (rows: readonly { readonly workspace_id?: unknown }[]) => rows.filter((row) => row.workspace_id === id)
    const changes = of(inserted.conversion_change) as readonly { readonly position?: unknown }[]
    const expected = changes.map((_, index) => before.position + 1 + index)
    mustEqual(
      changes.map(({ position }) => position),
      expected,
      'positions of a batch',
    )
    must(after.position === before.position + changes.length, 'the head is not where the last change is')
    const receipts = of(inserted.receipt) as readonly { readonly sequence?: unknown }[]
    for (const { sequence } of receipts) {
      must(
        Number(sequence) > before.receipt_sequence && Number(sequence) <= after.receipt_sequence,
        'a receipt’s number',
      )
    }
    must(after.receipt_sequence >= before.receipt_sequence + receipts.length, 'receipts without a number of their own')
    const moves = changes.length + of(inserted.click).length > 0
    must(after.revision === before.revision + (moves ? 1 : 0), 'the revision does not say whether a figure moved')
    must(Date.parse(after.booked_at) >= Date.parse(before.booked_at), 'the time of booking went back')
  }
}

/** What followers are told of a commit is in the books by then, word for word. */
export function checkTold(commit: Commit, tables: Tables): void {
  const head = tables.heads.get(commit.workspaceId)
  must(head !== undefined && head.position >= commit.position, 'a commit was told of that is not in the books')
  must(head.revision >= commit.revision && head.receipt_sequence >= commit.receiptSequence, 'told of too much')
  const first = commit.position - commit.changes.length
  for (const [index, told] of commit.changes.entries()) {
    const change = tables.changes.get(commit.workspaceId)?.[first + index]
    must(change !== undefined && told.position === first + index + 1, 'lines of a commit with a hole')
    const booked = lineOf(tables, change) as Readonly<Record<string, unknown>>
    for (const [name, value] of Object.entries(told)) {
      mustEqual(name === 'position' ? String(value) : value, booked[name], `${name} of a line that was told of`)
    }
  }
}

/** No click is counted for a campaign that is paused, unless its visitor was sent on before. */
export function checkClicks({ inserted }: Draft, { catalog }: Tables, isPromised: (id: string) => boolean): void {
  for (const click of inserted.click) {
    const campaign = catalog.campaign.find(({ id }) => id === click.campaign_id)
    must(campaign?.status === 'ACTIVE' || isPromised(String(click.id)), 'a click of a campaign that is paused')
  }
}
