import type { Rows } from '../database/rows.js'
import type { CampaignId, WorkspaceId } from '../kernel/ids.js'
import type { ConversionStatus, DuplicatePolicy, PriceKind } from '../kernel/vocabulary.js'
import type { GoalType } from './goal.type.js'

interface GoalRow {
  campaignId: CampaignId
  event: string
  active: boolean
  revenueKind: PriceKind
  revenueValue: string | null
  payoutKind: PriceKind
  payoutValue: string | null
  startsAs: ConversionStatus
  duplicates: DuplicatePolicy
}

/** Each campaign's goals as their newest versions have them, in order, with only the money that `sees` allows. */
export async function readGoals(
  rows: Rows,
  workspaceId: WorkspaceId,
  campaignIds: readonly CampaignId[],
  sees: { readonly revenue: boolean; readonly payout: boolean },
): Promise<Map<CampaignId, GoalType[]>> {
  const newest = await rows<GoalRow>(
    `select * from (
       select distinct on (campaign_id, event)
              campaign_id as "campaignId", event, active, ordinal, revenue_kind as "revenueKind",
              revenue_value as "revenueValue", payout_kind as "payoutKind", payout_value as "payoutValue",
              starts_as as "startsAs", duplicates
         from goal_version where workspace_id = $1 and campaign_id = any($2)
        order by campaign_id, event, number desc) newest
      where active order by ordinal, event`,
    [workspaceId, campaignIds],
  )
  const toGoal = (row: GoalRow): GoalType => ({
    event: row.event,
    revenue: sees.revenue ? { kind: row.revenueKind, value: row.revenueValue } : null,
    payout: sees.payout ? { kind: row.payoutKind, value: row.payoutValue } : null,
    startsAs: row.startsAs,
    duplicates: row.duplicates,
  })
  const goals = new Map<CampaignId, GoalType[]>()
  for (const row of newest) goals.set(row.campaignId, [...(goals.get(row.campaignId) ?? []), toGoal(row)])
  return goals
}
