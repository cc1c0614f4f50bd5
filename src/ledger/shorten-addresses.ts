import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { Transact } from './fold.js'
import { lowestId } from './partitions.js'

/**
 * Of a visitor's or sender's address only its network stays, /24 or /48, and of a browser's user agent nothing, once a
 * click or receipt is so old. No figure is made of either.
 *
 * Ids are in the order of time, and rows that come in do so with the id of their moment, so a mark by id tells how far
 * a workspace is done; none is looked at twice. A slice is few enough rows that nobody waits long for one of them.
 */
const relations = {
  click: { set: ', user_agent = null', isWhole: 'or user_agent is not null' },
  receipt: { set: '', isWhole: '' },
} as const
type Relation = keyof typeof relations

const maxRows = 2_000
const bits = `case family(ip) when 4 then 24 else 48 end`

/** Shortens a slice of each workspace that has rows of before `beforeMs`; resolves to whether any may have more. */
export async function shortenAddresses(rows: Rows, transact: Transact, beforeMs: number): Promise<boolean> {
  const before = lowestId(beforeMs)
  let more = false
  for (const relation of Object.keys(relations) as Relation[]) {
    const due = await rows<{ workspace_id: WorkspaceId }>(
      `select h.workspace_id from workspace_head h
         left join address_mark m on m.workspace_id = h.workspace_id and m.relation = $1
        cross join lateral (
          select from ${relation} k
           where k.workspace_id = h.workspace_id and k.id > coalesce(m.through, $3::uuid) and k.id < $2::uuid limit 1
        ) k`,
      [relation, before, lowestId(0)],
    )
    for (const { workspace_id } of due) {
      if (await transact((tx) => shortenSlice(tx, relation, workspace_id, before))) more = true
    }
  }
  return more
}

async function shortenSlice(rows: Rows, relation: Relation, workspaceId: WorkspaceId, before: string) {
  await rows(`insert into address_mark (workspace_id, relation, through) values ($1, $2, $3) on conflict do nothing`, [
    workspaceId,
    relation,
    lowestId(0),
  ])
  // Another node may be at it.
  const [mark] = await rows<{ through: string }>(
    `select through from address_mark where workspace_id = $1 and relation = $2 for update skip locked`,
    [workspaceId, relation],
  )
  if (mark === undefined) return false
  const slice = await rows<{ id: string }>(
    `select id from ${relation} where workspace_id = $1 and id > $2::uuid and id < $3::uuid order by id limit ${maxRows}`,
    [workspaceId, mark.through, before],
  )
  const through = slice.at(-1)?.id
  if (through === undefined) return false
  const { set, isWhole } = relations[relation]
  await rows(
    `update ${relation} set ip = network(set_masklen(ip, least(masklen(ip), ${bits})))::inet${set}
      where workspace_id = $1 and id > $2::uuid and id <= $3::uuid and (masklen(ip) > ${bits} ${isWhole})`,
    [workspaceId, mark.through, through],
  )
  await rows(`update address_mark set through = $3 where workspace_id = $1 and relation = $2`, [
    workspaceId,
    relation,
    through,
  ])
  return slice.length === maxRows
}
