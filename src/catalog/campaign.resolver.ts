import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { readPageRequest } from '../database/page.js'
import { badInput } from '../kernel/errors.js'
import { decodeId, encodeId } from '../kernel/ids.js'
import { AdvertiserType } from './advertiser.type.js'
import { CampaignFilter, CreateCampaignInput, UpdateCampaignInput } from './campaign.input.js'
import { CampaignConnectionType, CampaignType } from './campaign.type.js'
import type { CatalogContext } from './context.js'
import { GoalType, GoalVersionType } from './goal.type.js'
import { LinkConnectionType } from './link.type.js'
import { PageArgs, toConnection } from './page.type.js'
import { type Filter, listRecords, searchFilter } from './read-records.js'
import { createCampaign, updateCampaign } from './write-campaign.js'

@ArgsType()
class CampaignArgs extends PageArgs {
  @Field(() => CampaignFilter, { nullable: true })
  filter!: CampaignFilter | null
}

const maxVersions = 500

@Resolver(() => CampaignType)
export class CampaignResolver {
  @Query(() => CampaignType, { nullable: true })
  campaign(@Arg('id', () => ID) id: string, @Ctx() { catalogLoaders }: CatalogContext) {
    const campaignId = decodeId('cmp', id)
    return campaignId && catalogLoaders.visible('campaign', campaignId)
  }

  @Query(() => CampaignConnectionType, { description: 'Oldest first.' })
  async campaigns(
    @Args(() => CampaignArgs) { first, after, filter }: CampaignArgs,
    @Ctx() { snapshot, scope }: CatalogContext,
  ) {
    const request = readPageRequest('campaign', first, after)
    const page = await listRecords(snapshot.rows, scope, 'campaign', request, campaignFilters(filter))
    return toConnection('campaign', page)
  }

  @Mutation(() => CampaignType, { description: 'ADMIN.' })
  async createCampaign(
    @Arg('input', () => CreateCampaignInput) input: CreateCampaignInput,
    @Ctx() { scope, catalogWrites, catalogLoaders }: CatalogContext,
  ) {
    const id = await createCampaign(catalogWrites, scope, input)
    catalogLoaders.clear()
    return catalogLoaders.campaign.load(id)
  }

  @Mutation(() => CampaignType, { description: 'ADMIN.' })
  async updateCampaign(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateCampaignInput) input: UpdateCampaignInput,
    @Ctx() { scope, catalogWrites, catalogLoaders }: CatalogContext,
  ) {
    const campaignId = await updateCampaign(catalogWrites, scope, decodeId('cmp', id), input)
    catalogLoaders.clear()
    return catalogLoaders.campaign.load(campaignId)
  }

  @FieldResolver(() => ID)
  id(@Root() { id }: CampaignType): string {
    return encodeId('cmp', id)
  }

  @FieldResolver(() => AdvertiserType)
  advertiser(@Root() { advertiserId }: CampaignType, @Ctx() { catalogLoaders }: CatalogContext) {
    return catalogLoaders.advertiser.load(advertiserId)
  }

  @FieldResolver(() => [GoalType], { description: 'What it pays for, as of now.' })
  goals(@Root() { id }: CampaignType, @Ctx() { catalogLoaders }: CatalogContext) {
    return catalogLoaders.goals.load(id)
  }

  @FieldResolver(() => [GoalVersionType], {
    description:
      'What it has paid for and pays for: all versions of its goals, newest first. ADMIN and ANALYST; empty for anyone else.',
  })
  goalVersions(
    @Root() { id }: CampaignType,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50, description: 'How many at most: 1 to 500.' })
    first: number | null,
    @Ctx() { scope, catalogLoaders }: CatalogContext,
  ) {
    if (first === null || first < 1 || first > maxVersions) {
      throw badInput(`first must be between 1 and ${maxVersions}.`, 'first')
    }
    // That there is a next version tells of a change in money that an advertiser or affiliate may not see.
    if (scope.role !== 'ADMIN' && scope.role !== 'ANALYST') return []
    return catalogLoaders.goalVersions(id, first)
  }

  @FieldResolver(() => LinkConnectionType, { description: 'The links to it that the viewer sees, oldest first.' })
  async links(
    @Root() { id }: CampaignType,
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() { catalogLoaders }: CatalogContext,
  ) {
    const request = readPageRequest('link', first, after)
    return toConnection('link', await catalogLoaders.nested('link', 'campaign_id', id, request))
  }
}

function campaignFilters(filter: CampaignFilter | null): Filter[] {
  const { advertiserIds, statuses, search } = filter ?? {}
  const filters = searchFilter(search, 'name')
  if (advertiserIds != null) {
    const ids = advertiserIds.map((id) => decodeId('adv', id)).filter((id) => id !== null)
    filters.push({ sql: 'r.advertiser_id = any(?::uuid[])', value: ids })
  }
  if (statuses != null) filters.push({ sql: 'r.status = any(?::text[])', value: statuses })
  return filters
}
