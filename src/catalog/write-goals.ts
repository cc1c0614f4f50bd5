import type { EntityManager } from '@mikro-orm/postgresql'
import type { CampaignId, WorkspaceId } from '../kernel/ids.js'
import { formatDecimal, money } from '../kernel/money.js'
import type { GoalTerms, PriceTerms } from './check-goals.js'
import { GoalVersion, type GoalVersionEntity } from './goal-version.entity.js'

interface GoalChange {
  readonly workspaceId: WorkspaceId
  readonly campaignId: CampaignId
  readonly catalogVersion: number
  readonly now: Date
}

/** The newest version of each of a campaign's goals, withdrawn ones included. */
export async function readNewestGoals(
  em: EntityManager,
  workspaceId: WorkspaceId,
  campaignId: CampaignId,
): Promise<GoalVersionEntity[]> {
  const versions = await em.find(GoalVersion, { workspaceId, campaignId }, { orderBy: { number: 'asc' } })
  return [...new Map(versions.map((version) => [version.event, version])).values()]
}

/**
 * Makes `goals` the campaign's goals from now on. A goal is never changed, because conversions keep the version that
 * priced them: what differs gets its next version, what is missing gets one that withdraws it, what is equal stays.
 */
export function writeGoals(
  em: EntityManager,
  change: GoalChange,
  newest: readonly GoalVersionEntity[],
  goals: readonly GoalTerms[],
): void {
  const before = new Map(newest.map((version) => [version.event, version]))
  for (const [ordinal, terms] of goals.entries()) {
    const version = before.get(terms.event)
    before.delete(terms.event)
    const stays = version?.active === true && sameTerms(termsOf(version), terms)
    if (!stays) em.create(GoalVersion, nextVersion(change, version, { ...terms, active: true, ordinal }))
  }
  for (const version of before.values()) {
    if (!version.active) continue
    em.create(
      GoalVersion,
      nextVersion(change, version, { ...termsOf(version), active: false, ordinal: version.ordinal }),
    )
  }
}

function nextVersion(
  { workspaceId, campaignId, catalogVersion, now }: GoalChange,
  before: GoalVersionEntity | undefined,
  { event, revenue, payout, startsAs, duplicates, active, ordinal }: GoalTerms & { active: boolean; ordinal: number },
) {
  return {
    workspaceId,
    campaignId,
    catalogVersion,
    event,
    number: (before?.number ?? 0) + 1,
    active,
    ordinal,
    revenueKind: revenue.kind,
    revenueValue: revenue.value,
    payoutKind: payout.kind,
    payoutValue: payout.value,
    startsAs,
    duplicates,
    // Never before the version that it follows, whatever the clocks of two nodes say.
    inForceFrom: before !== undefined && before.inForceFrom > now ? before.inForceFrom : now,
  }
}

export function termsOf(version: GoalVersionEntity): GoalTerms {
  return {
    event: version.event,
    revenue: priceOf(version.revenueKind, version.revenueValue),
    payout: priceOf(version.payoutKind, version.payoutValue),
    startsAs: version.startsAs,
    duplicates: version.duplicates,
  }
}

/** The column pads with zeros; terms have the shortest form. */
const priceOf = (kind: PriceTerms['kind'], value: string | null): PriceTerms => ({
  kind,
  value: value === null ? null : formatDecimal(money(value)),
})

const sameTerms = (one: GoalTerms, other: GoalTerms): boolean =>
  samePrice(one.revenue, other.revenue) &&
  samePrice(one.payout, other.payout) &&
  one.startsAs === other.startsAs &&
  one.duplicates === other.duplicates

const samePrice = (one: PriceTerms, other: PriceTerms): boolean => one.kind === other.kind && one.value === other.value
