import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql'
import { AffiliateType } from '../catalog/affiliate.type.js'
import { CampaignType } from '../catalog/campaign.type.js'
import { LinkType } from '../catalog/link.type.js'
import { PageArgs, toConnection } from '../catalog/page.type.js'
import { readPageRequest } from '../database/page.js'
import { decodeId, encodeId } from '../kernel/ids.js'
import { ClickConnectionType, ClickType } from './click.type.js'
import type { ReportingContext } from './context.js'
import { ConversionType } from './conversion.type.js'
import { ClickFilter } from './filters.input.js'
import { listClicks } from './read-clicks.js'

@ArgsType()
class ClickArgs extends PageArgs {
  @Field(() => ClickFilter, { nullable: true })
  filter!: ClickFilter | null
}

@Resolver(() => ClickType)
export class ClickResolver {
  @Query(() => ClickType, { nullable: true })
  click(@Arg('id', () => ID) id: string, @Ctx() { reportingLoaders }: ReportingContext) {
    const clickId = decodeId('clk', id)
    return clickId && reportingLoaders.click.load(clickId)
  }

  @Query(() => ClickConnectionType, { description: 'Newest first.' })
  async clicks(
    @Args(() => ClickArgs) { first, after, filter }: ClickArgs,
    @Ctx() { snapshot, scope }: ReportingContext,
  ) {
    return toConnection(
      'click',
      await listClicks(snapshot.rows, scope, filter ?? {}, readPageRequest('click', first, after)),
    )
  }

  @FieldResolver(() => ID)
  id(@Root() { id }: ClickType): string {
    return encodeId('clk', id)
  }

  @FieldResolver(() => CampaignType, { description: 'Where the link leads.' })
  campaign(@Root() { campaignId }: ClickType, @Ctx() { catalogLoaders }: ReportingContext) {
    return catalogLoaders.campaign.load(campaignId)
  }

  @FieldResolver(() => AffiliateType, { description: 'Whose link it is.' })
  affiliate(@Root() { affiliateId }: ClickType, @Ctx() { catalogLoaders }: ReportingContext) {
    return catalogLoaders.affiliate.load(affiliateId)
  }

  @FieldResolver(() => LinkType, { nullable: true, description: 'What was clicked.' })
  link(@Root() { linkId }: ClickType, @Ctx() { catalogLoaders }: ReportingContext) {
    return catalogLoaders.link.load(linkId)
  }

  @FieldResolver(() => [ConversionType], { description: 'What came of it, oldest first, at most a thousand.' })
  conversions(@Root() { id }: ClickType, @Ctx() { reportingLoaders }: ReportingContext) {
    return reportingLoaders.conversionsOfClick.load(id)
  }
}
