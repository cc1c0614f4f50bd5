import { Arg, Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql'
import { AdvertiserType } from '../catalog/advertiser.type.js'
import { WorkspaceType } from '../catalog/workspace.type.js'
import { badInput } from '../kernel/errors.js'
import type { ReportingContext } from './context.js'
import { AdvertiserActivityType, FoldingLagType, FreshnessType } from './freshness.type.js'
import { readActivity } from './read-activity.js'
import { readFoldingLag, readLastBooked } from './read-freshness.js'

const maxAdvertisers = 1_000

@Resolver(() => WorkspaceType)
export class WorkspaceFreshnessResolver {
  @FieldResolver(() => FreshnessType)
  async freshness(@Ctx() { snapshot, scope, clock }: ReportingContext): Promise<FreshnessType> {
    return { at: clock(), lastBookedAt: await readLastBooked(snapshot.rows, scope.workspaceId) }
  }
}

@Resolver(() => FreshnessType)
export class FreshnessResolver {
  @FieldResolver(() => FoldingLagType, { nullable: true, description: 'Null but for ADMIN and ANALYST.' })
  async folding(
    @Root() { at }: FreshnessType,
    @Ctx() { snapshot, scope }: ReportingContext,
  ): Promise<FoldingLagType | null> {
    // How much there is to fold tells an advertiser or affiliate how much the others do.
    if (scope.role !== 'ADMIN' && scope.role !== 'ANALYST') return null
    const { changes, clicks, oldestAt } = await readFoldingLag(snapshot.rows, scope.workspaceId)
    return { changes, clicks, oldestMs: oldestAt === null ? null : Math.max(0, Math.round(at - oldestAt)) }
  }

  @FieldResolver(() => [AdvertiserActivityType], {
    description: 'The silent first, then those that have been quiet for longest. None for an AFFILIATE.',
  })
  advertisers(
    @Root() { at }: FreshnessType,
    @Arg('first', () => Int, { nullable: true, defaultValue: 100, description: 'How many at most: 1 to 1,000.' })
    first: number | null,
    @Ctx() { snapshot, scope }: ReportingContext,
  ) {
    const limit = first ?? maxAdvertisers
    if (limit < 1 || limit > maxAdvertisers) throw badInput(`first must be between 1 and ${maxAdvertisers}.`, 'first')
    return readActivity(snapshot.rows, scope, at, limit)
  }
}

@Resolver(() => AdvertiserActivityType)
export class AdvertiserActivityResolver {
  @FieldResolver(() => AdvertiserType)
  advertiser(@Root() { advertiserId }: AdvertiserActivityType, @Ctx() { catalogLoaders }: ReportingContext) {
    return catalogLoaders.advertiser.load(advertiserId)
  }
}

@Resolver(() => AdvertiserType)
export class AdvertiserFreshnessResolver {
  @FieldResolver(() => AdvertiserActivityType, { nullable: true, description: 'Null for an AFFILIATE.' })
  activity(@Root() { id }: AdvertiserType, @Ctx() { reportingLoaders }: ReportingContext) {
    return reportingLoaders.activity.load(id)
  }
}

export const freshnessResolvers = [
  WorkspaceFreshnessResolver,
  FreshnessResolver,
  AdvertiserActivityResolver,
  AdvertiserFreshnessResolver,
] as const
