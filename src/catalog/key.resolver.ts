import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { readPageRequest } from '../database/page.js'
import { notFound } from '../kernel/errors.js'
import { decodeId, encodeId, type KeyId } from '../kernel/ids.js'
import { AdvertiserType } from './advertiser.type.js'
import { AffiliateType } from './affiliate.type.js'
import type { CatalogContext } from './context.js'
import { CreateKeyInput } from './key.input.js'
import { KeyConnectionType, KeyType, NewKeyType } from './key.type.js'
import { PageArgs, toConnection } from './page.type.js'
import { listRecords } from './read-records.js'
import { createKey, revokeKey } from './write-key.js'

@Resolver(() => KeyType)
export class KeyResolver {
  @Query(() => KeyConnectionType, { description: 'Oldest first, revoked ones included. ADMIN; empty for anyone else.' })
  async keys(@Args(() => PageArgs) { first, after }: PageArgs, @Ctx() { snapshot, scope }: CatalogContext) {
    const request = readPageRequest('key', first, after)
    return toConnection('key', await listRecords(snapshot.rows, scope, 'key', request))
  }

  @Mutation(() => NewKeyType, { description: 'Makes a key; its secret is shown this once. ADMIN.' })
  async createKey(
    @Arg('input', () => CreateKeyInput) input: CreateKeyInput,
    @Ctx() context: CatalogContext,
  ): Promise<NewKeyType> {
    const { id, secret } = await createKey(context.catalogWrites, context.scope, input)
    return { key: await readKey(context, id), secret }
  }

  @Mutation(() => KeyType, {
    description: 'Ends a key and its sessions at once; what they have open is closed. ADMIN.',
  })
  async revokeKey(@Arg('id', () => ID) id: string, @Ctx() context: CatalogContext): Promise<KeyType> {
    return readKey(context, await revokeKey(context.catalogWrites, context.scope, decodeId('key', id)))
  }

  @FieldResolver(() => ID)
  id(@Root() { id }: KeyType): string {
    return encodeId('key', id)
  }

  @FieldResolver(() => AdvertiserType, { nullable: true, description: 'Whose eyes an ADVERTISER key sees with.' })
  advertiser(@Root() { advertiserId }: KeyType, @Ctx() { catalogLoaders }: CatalogContext) {
    return advertiserId && catalogLoaders.advertiser.load(advertiserId)
  }

  @FieldResolver(() => AffiliateType, { nullable: true, description: 'Whose eyes an AFFILIATE key sees with.' })
  affiliate(@Root() { affiliateId }: KeyType, @Ctx() { catalogLoaders }: CatalogContext) {
    return affiliateId && catalogLoaders.affiliate.load(affiliateId)
  }
}

async function readKey({ catalogLoaders }: CatalogContext, id: KeyId): Promise<KeyType> {
  catalogLoaders.clear()
  const key = await catalogLoaders.visible('key', id)
  if (key === null) throw notFound('key', 'id')
  return key
}
