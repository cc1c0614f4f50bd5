import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { Folding, Transact } from './fold.js'

/**
 * Gathers, behind the ledger, when each advertiser last had a visitor and last sent a postback. What is gathered and the
 * mark that says up to where commit together, and whoever reads adds what lies beyond the mark by the same statement
 * (`activitySql`); since only the latest time counts, it does not matter when, how often or how far this runs. Nor does
 * it that a parked receipt which is settled gets a new number, and is met again: it comes with its old time.
 */
export interface Stretch {
  readonly after: ActivityMark
  readonly upTo: ActivityMark
}

export interface ActivityMark {
  readonly revision: number
  readonly receiptSequence: number
}

/** Few enough rows at a time that no transaction is long; a revision is a whole batch of clicks. */
const maxReceipts = 20_000
const maxRevisions = 200

/** One row an advertiser of a stretch, by the values of `stretchValues`. Visitors are people; tests are none. */
export const activitySql = `
  select advertiser_id, max(last_click_at) as last_click_at, max(last_receipt_at) as last_receipt_at
    from (
      select k.advertiser_id, max(k.at) as last_click_at, null::timestamptz as last_receipt_at
        from click k
       where k.workspace_id = $1 and k.revision > $2::bigint and k.revision <= $3::bigint and not k.bot and not k.test
       group by k.advertiser_id
      union all
      select r.advertiser_id, null, max(r.at)
        from receipt r
       where r.workspace_id = $1 and r.sequence > $4::bigint and r.sequence <= $5::bigint
       group by r.advertiser_id
    ) s group by advertiser_id`

export const stretchValues = (workspaceId: WorkspaceId, { after, upTo }: Stretch): readonly unknown[] => [
  workspaceId,
  ...[after.revision, upTo.revision, after.receiptSequence, upTo.receiptSequence],
]

export function createActivityFolding({ rows, transact }: { rows: Rows; transact: Transact }): Folding {
  return {
    async foldAll() {
      const behind = await rows<{ workspace_id: WorkspaceId }>(
        `select h.workspace_id from workspace_head h left join activity_mark m on m.workspace_id = h.workspace_id
          where h.revision > coalesce(m.revision, 0) or h.receipt_sequence > coalesce(m.receipt_sequence, 0)`,
      )
      let more = false
      for (const { workspace_id } of behind) {
        if (await transact((tx) => foldActivityOnce(tx, workspace_id))) more = true
      }
      return more
    },
  }
}

/** Takes one stretch behind a workspace's mark in; true if more is waiting. The mark's lock keeps two nodes from folding the same. */
export async function foldActivityOnce(
  rows: Rows,
  workspaceId: WorkspaceId,
  most = { revisions: maxRevisions, receipts: maxReceipts },
): Promise<boolean> {
  // Only where there is none: to meet one in conflict would be to wait for whoever is folding.
  await rows(
    `insert into activity_mark (workspace_id)
     select $1 where not exists (select from activity_mark where workspace_id = $1) on conflict do nothing`,
    [workspaceId],
  )
  const [locked] = await rows(`select from activity_mark where workspace_id = $1 for update skip locked`, [workspaceId])
  if (locked === undefined) return false
  const { after, upTo: head } = await readUnfolded(rows, workspaceId)
  const upTo: ActivityMark = {
    revision: Math.min(head.revision, after.revision + most.revisions),
    receiptSequence: Math.min(head.receiptSequence, after.receiptSequence + most.receipts),
  }
  await rows(
    `insert into advertiser_activity as a (workspace_id, advertiser_id, last_click_at, last_receipt_at)
     select $1, s.* from (${activitySql}) s
     on conflict (workspace_id, advertiser_id) do update
        set last_click_at = greatest(a.last_click_at, excluded.last_click_at),
            last_receipt_at = greatest(a.last_receipt_at, excluded.last_receipt_at)`,
    stretchValues(workspaceId, { after, upTo }),
  )
  await rows(`update activity_mark set revision = $2, receipt_sequence = $3 where workspace_id = $1`, [
    workspaceId,
    upTo.revision,
    upTo.receiptSequence,
  ])
  return upTo.revision < head.revision || upTo.receiptSequence < head.receiptSequence
}

/** What lies between a workspace's mark and its head. Nothing is folded yet of one that has no mark. */
export async function readUnfolded(rows: Rows, workspaceId: WorkspaceId): Promise<Stretch> {
  const [found] = await rows<Record<'revision' | 'sequence' | 'markRevision' | 'markSequence', string>>(
    `select h.revision, h.receipt_sequence as sequence, coalesce(m.revision, 0) as "markRevision",
            coalesce(m.receipt_sequence, 0) as "markSequence"
       from workspace_head h left join activity_mark m on m.workspace_id = h.workspace_id where h.workspace_id = $1`,
    [workspaceId],
  )
  if (found === undefined) throw new Error(`workspace ${workspaceId} has no head`)
  return {
    after: { revision: Number(found.markRevision), receiptSequence: Number(found.markSequence) },
    upTo: { revision: Number(found.revision), receiptSequence: Number(found.sequence) },
  }
}
