import type { Rows } from '../database/rows.js'
import type { CampaignId, WorkspaceId } from '../kernel/ids.js'
import type { ConversionStatus, DuplicatePolicy, PriceKind } from '../kernel/vocabulary.js'
import type { GoalType, GoalVersionType } from './goal.type.js'

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

interface VersionRow extends GoalRow {
  number: number
  inForceFrom: Date
}

const terms = `campaign_id as "campaignId", event, active, revenue_kind as "revenueKind", revenue_value as "revenueValue",
  payout_kind as "payoutKind", payout_value as "payoutValue", starts_as as "startsAs", duplicates`

/** Each campaign's goals as their newest versions have them, in order, with only the money that `sees` allows. */
export async function readGoals(
  rows: Rows,
  workspaceId: WorkspaceId,
  campaignIds: readonly CampaignId[],
  sees: { readonly revenue: boolean; readonly payout: boolean },
): Promise<Map<CampaignId, GoalType[]>> {
  const newest = await rows<GoalRow>(
    `select * from (
       select distinct on (campaign_id, event) ordinal, ${terms}
         from goal_version where workspace_id = $1 and campaign_id = any($2)
        order by campaign_id, event, number desc) newest
      where active order by ordinal, event`,
    [workspaceId, campaignIds],
  )
  return groupByCampaign(newest, (row) => toGoal(row, sees))
}

/** Each campaign's goals as they were and are, the newest version first, at most `first` of them, with all money. */
export async function readGoalVersions(
  rows: Rows,
  workspaceId: WorkspaceId,
  campaignIds: readonly CampaignId[],
  first: number,
): Promise<Map<CampaignId, GoalVersionType[]>> {
  const versions = await rows<VersionRow>(
    `select version.*
       from unnest($2::uuid[]) campaign (id)
      cross join lateral (
        select ${terms}, number, in_force_from as "inForceFrom"
          from goal_version where workspace_id = $1 and campaign_id = campaign.id
         order by in_force_from desc, event, number desc limit $3) version`,
    [workspaceId, campaignIds, first],
  )
  return groupByCampaign(versions, (row) => ({
    number: row.number,
    inForceFrom: row.inForceFrom,
    withdrawn: !row.active,
    goal: toGoal(row, { revenue: true, payout: true }),
  }))
}

const toGoal = (row: GoalRow, sees: { revenue: boolean; payout: boolean }): GoalType => ({
  event: row.event,
  revenue: sees.revenue ? { kind: row.revenueKind, value: row.revenueValue } : null,
  payout: sees.payout ? { kind: row.payoutKind, value: row.payoutValue } : null,
  startsAs: row.startsAs,
  duplicates: row.duplicates,
})

function groupByCampaign<Row extends GoalRow, Value>(
  rows: readonly Row[],
  toValue: (row: Row) => Value,
): Map<CampaignId, Value[]> {
  const groups = Map.groupBy(rows, ({ campaignId }) => campaignId)
  return new Map([...groups].map(([campaignId, group]) => [campaignId, group.map(toValue)]))
}
