import type { Scope } from '../access/scope.js'
import type { Rows } from '../database/rows.js'
import type { AdvertiserId } from '../kernel/ids.js'
import { activitySql, readUnfolded, stretchValues } from '../ledger/fold-activity.js'
import { ms } from '../ledger/read-ledger.js'

/** Unix milliseconds, or null for never. */
export interface Activity {
  readonly advertiserId: AdvertiserId
  readonly lastClickAt: number | null
  readonly lastReceiptAt: number | null
  readonly lastConversionAt: number | null
  /** Since its last postback; since it was made, if none has come. */
  readonly quietForMs: number
  readonly silent: boolean
}

/**
 * An advertiser is silent when visitors are sent to its active campaigns, one within the last day at least, and no
 * postback of it has arrived for a day and a half and for three times its usual gap. A day and a half, because one that
 * reports once a day is not silent in between. The usual gap is the mean one between its last changes in the books.
 */
const visitorsWithinMs = 86_400_000
const quietAtLeastMs = 36 * 3_600_000
const usualGaps = 3
const gapsCounted = 20

/**
 * The advertisers that the scope sees, the silent first, then those that have been quiet for longest; only these ids, if
 * any are given. Nothing for an AFFILIATE: how others fare is not its business. What was folded, and the rows that were
 * not yet, make the answer exact at any moment.
 */
export async function readActivity(
  rows: Rows,
  scope: Scope,
  nowMs: number,
  limit: number,
  ids: readonly AdvertiserId[] | null = null,
): Promise<Activity[]> {
  if (scope.role === 'AFFILIATE') return []
  // The stretch is known before it is read, so that the server plans for what is left, and not for the whole table.
  const stretch = await readUnfolded(rows, scope.workspaceId)
  return rows<Activity>(
    `with unfolded as (${activitySql}),
     activity as (
       select r.id, greatest(a.last_click_at, u.last_click_at) as last_click_at,
              greatest(a.last_receipt_at, u.last_receipt_at) as last_receipt_at,
              $6::timestamptz - coalesce(greatest(a.last_receipt_at, u.last_receipt_at), r.created_at) as quiet
         from advertiser r
         left join advertiser_activity a on a.workspace_id = r.workspace_id and a.advertiser_id = r.id
         left join unfolded u on u.advertiser_id = r.id
        where r.workspace_id = $1 and ($7::uuid is null or r.id = $7) and ($8::uuid[] is null or r.id = any($8))
     ),
     suspected as materialized (
       select a.*, a.last_click_at >= $6::timestamptz - interval '${visitorsWithinMs} ms' and quiet > interval '${quietAtLeastMs} ms'
                   and exists (select from campaign c where c.workspace_id = $1 and c.advertiser_id = a.id
                                                        and c.status = 'ACTIVE') as is_suspected
         from activity a
     ),
     told as materialized (
       select s.*, coalesce(s.is_suspected and (g.usual is null or s.quiet > ${usualGaps} * g.usual), false) as silent
         from suspected s
         left join lateral (
           select (max(c.at) - min(c.at)) / nullif(count(*) - 1, 0) as usual
             from (select c.at from conversion_change c
                    where s.is_suspected and c.workspace_id = $1 and c.advertiser_id = s.id
                    order by c.position desc limit ${gapsCounted + 1}) c
         ) g on true
        order by silent desc, s.quiet desc, s.id limit $9
     )
     select t.id as "advertiserId", ${ms('t.last_click_at')} as "lastClickAt", ${ms('t.last_receipt_at')} as "lastReceiptAt",
            ${ms('l.at')} as "lastConversionAt", greatest(${ms('t.quiet')}, 0) as "quietForMs", t.silent
       from told t
       left join lateral (
         select c.at from conversion_change c where c.workspace_id = $1 and c.advertiser_id = t.id
          order by c.position desc limit 1
       ) l on true
      order by t.silent desc, t.quiet desc, t.id`,
    [...stretchValues(scope.workspaceId, stretch), new Date(nowMs), scope.advertiserId, ids, limit],
  )
}
