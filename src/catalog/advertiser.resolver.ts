import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql'
import { readPageRequest } from '../database/page.js'
import { decodeId, encodeId } from '../kernel/ids.js'
import { CreateAdvertiserInput, UpdateAdvertiserInput } from './advertiser.input.js'
import { AdvertiserConnectionType, AdvertiserType, NewSigningKeyType, SigningKeyType } from './advertiser.type.js'
import { CampaignConnectionType } from './campaign.type.js'
import type { CatalogContext } from './context.js'
import { PageArgs, SearchArgs, toConnection } from './page.type.js'
import { listRecords, searchFilter } from './read-records.js'
import { createAdvertiser, rotateAdvertiserToken, rotateSigningKey, updateAdvertiser } from './write-advertiser.js'

@Resolver(() => AdvertiserType)
export class AdvertiserResolver {
  @Query(() => AdvertiserType, { nullable: true })
  advertiser(@Arg('id', () => ID) id: string, @Ctx() { catalogLoaders }: CatalogContext) {
    const advertiserId = decodeId('adv', id)
    return advertiserId && catalogLoaders.visible('advertiser', advertiserId)
  }

  @Query(() => AdvertiserConnectionType, { description: 'Oldest first.' })
  async advertisers(
    @Args(() => SearchArgs) { first, after, search }: SearchArgs,
    @Ctx() { snapshot, scope }: CatalogContext,
  ) {
    const request = readPageRequest('advertiser', first, after)
    const filters = searchFilter(search, 'name')
    return toConnection('advertiser', await listRecords(snapshot.rows, scope, 'advertiser', request, filters))
  }

  @Mutation(() => AdvertiserType, { description: 'Makes an advertiser with a postback token. ADMIN.' })
  async createAdvertiser(
    @Arg('input', () => CreateAdvertiserInput) input: CreateAdvertiserInput,
    @Ctx() { scope, catalogWrites, catalogLoaders }: CatalogContext,
  ) {
    const id = await createAdvertiser(catalogWrites, scope, input)
    catalogLoaders.clear()
    return catalogLoaders.advertiser.load(id)
  }

  @Mutation(() => AdvertiserType, { description: 'ADMIN; that ADVERTISER for its `preset` and `requireSignature`.' })
  async updateAdvertiser(
    @Arg('id', () => ID) id: string,
    @Arg('input', () => UpdateAdvertiserInput) input: UpdateAdvertiserInput,
    @Ctx() { scope, catalogWrites, catalogLoaders }: CatalogContext,
  ) {
    const advertiserId = await updateAdvertiser(catalogWrites, scope, decodeId('adv', id), input)
    catalogLoaders.clear()
    return catalogLoaders.advertiser.load(advertiserId)
  }

  @Mutation(() => AdvertiserType, {
    description: 'Makes a new postback token, which `postbackUrl` has from now on. ADMIN and that ADVERTISER.',
  })
  async rotateAdvertiserToken(
    @Arg('id', () => ID) id: string,
    @Arg('overlapHours', () => Int, {
      nullable: true,
      defaultValue: 24,
      description: 'How long the older tokens stay valid: 0 to 720.',
    })
    overlapHours: number | null,
    @Ctx() { scope, catalogWrites, catalogLoaders }: CatalogContext,
  ) {
    const advertiserId = await rotateAdvertiserToken(catalogWrites, scope, decodeId('adv', id), overlapHours ?? 24)
    catalogLoaders.clear()
    return catalogLoaders.advertiser.load(advertiserId)
  }

  @Mutation(() => NewSigningKeyType, {
    description: 'Makes a new secret to sign postbacks with; it is shown this once. ADMIN and that ADVERTISER.',
  })
  rotateSigningKey(
    @Arg('id', () => ID) id: string,
    @Arg('overlapHours', () => Int, {
      nullable: true,
      defaultValue: 24,
      description: 'How long the older keys stay valid: 0 to 720. At most four are valid at once.',
    })
    overlapHours: number | null,
    @Ctx() { scope, catalogWrites }: CatalogContext,
  ): Promise<NewSigningKeyType> {
    return rotateSigningKey(catalogWrites, scope, decodeId('adv', id), overlapHours ?? 24)
  }

  @FieldResolver(() => ID)
  id(@Root() { id }: AdvertiserType): string {
    return encodeId('adv', id)
  }

  @FieldResolver(() => [String], { nullable: true })
  allowedIps(@Root() { allowedIps }: AdvertiserType, @Ctx() { scope }: CatalogContext): string[] | null {
    return scope.role === 'AFFILIATE' ? null : allowedIps
  }

  @FieldResolver(() => Boolean, { nullable: true })
  requireSignature(@Root() advertiser: AdvertiserType, @Ctx() { scope }: CatalogContext): boolean | null {
    return scope.role === 'AFFILIATE' ? null : advertiser.requireSignature
  }

  @FieldResolver(() => [SigningKeyType], {
    nullable: true,
    description: 'The keys that signatures are taken of now, oldest first. ADMIN, ANALYST and this ADVERTISER only.',
  })
  signingKeys(@Root() { id }: AdvertiserType, @Ctx() { scope, catalogLoaders }: CatalogContext) {
    return scope.role === 'AFFILIATE' ? null : catalogLoaders.signingKeys.load(id)
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'A postback URL to paste into the sender, in the names and macros of its `preset`, token included: keep it secret. ADMIN and that ADVERTISER only.',
  })
  async postbackUrl(
    @Root() { id, preset }: AdvertiserType,
    @Ctx() { scope, catalogLoaders, publicUrl, presetWords }: CatalogContext,
  ): Promise<string | null> {
    if (scope.role !== 'ADMIN' && scope.advertiserId !== id) return null
    const token = await catalogLoaders.postbackToken.load(id)
    return token && `${publicUrl}/postback?token=${token}&${presetWords(preset).postbackParameters}`
  }

  @FieldResolver(() => CampaignConnectionType, { description: 'Its campaigns that the viewer sees, oldest first.' })
  async campaigns(
    @Root() { id }: AdvertiserType,
    @Args(() => PageArgs) { first, after }: PageArgs,
    @Ctx() { catalogLoaders }: CatalogContext,
  ) {
    const request = readPageRequest('campaign', first, after)
    return toConnection('campaign', await catalogLoaders.nested('campaign', 'advertiser_id', id, request))
  }
}
