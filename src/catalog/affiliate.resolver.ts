import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { readPageRequest } from '../database/page.js'
import { decodeId, encodeId } from '../kernel/ids.js'
import { CreateAffiliateInput, UpdateAffiliateInput } from './affiliate.input.js'
import { AffiliateConnectionType, AffiliateType } from './affiliate.type.js'
import type { CatalogContext } from './context.js'
import { LinkConnectionType } from './link.type.js'
import { PageArgs, SearchArgs, toConnection } from './page.type.js'
import { listRecords, searchFilter } from './read-records.js'
import { createAffiliate, updateAffiliate } from './write-affiliate.js'

@Resolver(() => AffiliateType)
export class AffiliateResolver {
  @Query(() => AffiliateType, { nullable: true })
  affiliate(@Arg('id', () => ID) id: string, @Ctx() { catalogLoaders }: CatalogContext) {
    const affiliateId = decodeId('aff', id)
    return affiliateId && catalogLoaders.visible('affiliate', affiliateId)
  }

  @Query(() => AffiliateConnectionType, { description: 'Oldest first; `search` looks at name and ref.' })
  async affiliates(
    @Args(() => SearchArgs) { first, after, search }: SearchArgs,
    @Ctx() { snapshot, scope }: CatalogContext,
  ) {
    const request = readPageRequest('affiliate', first, after)
    const filters = searchFilter(search, 'name', 'ref')
    return toConnection('affiliate', await listRecords(snapshot.rows, scope, 'affiliate', request, filters))
  }

  @Mutation(() => AffiliateType, { description: 'ADMIN. A `ref` that another affiliate has is a CONFLICT.' })
  async createAffiliate(
    @Arg('input', () => CreateAffiliateInput) input: CreateAffiliateInput,
    @Ctx() { scope, catalogWrites, catalogLoaders }: CatalogContext,
  ) {
    const id = await createAffiliate(catalogWrites, scope, input)
    catalogLoaders.clear()
    return catalogLoaders.affiliate.load(id)
  }

  @Mutation(() => AffiliateType, { description: 'ADMIN.' })
  async updateAffiliate(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateAffiliateInput) input: UpdateAffiliateInput,
    @Ctx() { scope, catalogWrites, catalogLoaders }: CatalogContext,
  ) {
    const affiliateId = await updateAffiliate(catalogWrites, scope, decodeId('aff', id), input)
    catalogLoaders.clear()
    return catalogLoaders.affiliate.load(affiliateId)
  }

  @FieldResolver(() => ID)
  id(@Root() { id }: AffiliateType): string {
    return encodeId('aff', id)
  }

  @FieldResolver(() => LinkConnectionType, { description: 'Its links that the viewer sees, oldest first.' })
  async links(
    @Root() { id }: AffiliateType,
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() { catalogLoaders }: CatalogContext,
  ) {
    const request = readPageRequest('link', first, after)
    return toConnection('link', await catalogLoaders.nested('link', 'affiliate_id', id, request))
  }
}
