import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { readPageRequest } from '../database/page.js'
import { decodeId, encodeId } from '../kernel/ids.js'
import { AffiliateType } from './affiliate.type.js'
import { CampaignType } from './campaign.type.js'
import type { CatalogContext } from './context.js'
import { CreateLinkInput } from './link.input.js'
import { LinkConnectionType, LinkType } from './link.type.js'
import { PageArgs, toConnection } from './page.type.js'
import { listRecords, searchFilter } from './read-records.js'
import { createLink } from './write-link.js'

@ArgsType()
class LinkArgs extends PageArgs {
  @Field(() => ID, { nullable: true })
  campaignId!: string | null

  @Field(() => ID, { nullable: true })
  affiliateId!: string | null

  @Field(() => String, {
    nullable: true,
    description:
      'Only those whose source, creative, keyword or placement contains this text, in any case; at most 100 characters.',
  })
  search!: string | null
}

@Resolver(() => LinkType)
export class LinkResolver {
  @Query(() => LinkType, { nullable: true })
  link(@Arg('id', () => ID) id: string, @Ctx() { catalogLoaders }: CatalogContext) {
    const linkId = decodeId('lnk', id)
    return linkId && catalogLoaders.visible('link', linkId)
  }

  @Query(() => LinkConnectionType, { description: 'Oldest first.' })
  async links(
    @Args(() => LinkArgs) { first, after, campaignId, affiliateId, search }: LinkArgs,
    @Ctx() { snapshot, scope }: CatalogContext,
  ) {
    const request = readPageRequest('link', first, after)
    const filters = searchFilter(search, 'source', 'creative', 'keyword', 'placement')
    if (campaignId != null) filters.push({ sql: 'r.campaign_id = ?', value: decodeId('cmp', campaignId) })
    if (affiliateId != null) filters.push({ sql: 'r.affiliate_id = ?', value: decodeId('aff', affiliateId) })
    return toConnection('link', await listRecords(snapshot.rows, scope, 'link', request, filters))
  }

  @Mutation(() => LinkType, { description: 'ADMIN; AFFILIATE for itself, to campaigns that it sees.' })
  async createLink(
    @Arg('input', () => CreateLinkInput) input: CreateLinkInput,
    @Ctx() { scope, catalogWrites, catalogLoaders }: CatalogContext,
  ) {
    const id = await createLink(catalogWrites, scope, input)
    catalogLoaders.clear()
    return catalogLoaders.link.load(id)
  }

  @FieldResolver(() => ID)
  id(@Root() { id }: LinkType): string {
    return encodeId('lnk', id)
  }

  @FieldResolver(() => String, { description: 'What the affiliate gives to its visitors.' })
  url(@Root() { id }: LinkType, @Ctx() { publicUrl }: CatalogContext): string {
    return `${publicUrl}/c/${encodeId('lnk', id)}`
  }

  @FieldResolver(() => String, { description: 'The same for trying out: what comes of it stays outside all figures.' })
  testUrl(@Root() { id }: LinkType, @Ctx() { publicUrl }: CatalogContext): string {
    return `${publicUrl}/c/${encodeId('lnk', id)}?test=1`
  }

  @FieldResolver(() => CampaignType)
  campaign(@Root() { campaignId }: LinkType, @Ctx() { catalogLoaders }: CatalogContext) {
    return catalogLoaders.campaign.load(campaignId)
  }

  @FieldResolver(() => AffiliateType)
  affiliate(@Root() { affiliateId }: LinkType, @Ctx() { catalogLoaders }: CatalogContext) {
    return catalogLoaders.affiliate.load(affiliateId)
  }
}
