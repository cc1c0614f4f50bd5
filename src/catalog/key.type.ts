import { Field, ID, ObjectType } from 'type-graphql'
import type { AdvertiserId, AffiliateId, KeyId } from '../kernel/ids.js'
import { DateTime } from '../kernel/scalars.js'
import type { Role } from '../kernel/vocabulary.js'
import { RoleEnum } from './enums.type.js'
import { connectionType } from './page.type.js'

@ObjectType('Key', { simpleResolvers: true, description: 'An access key. Its secret is kept as a hash only.' })
export class KeyType {
  @Field(() => ID, { description: '`key_…`' })
  id!: KeyId

  advertiserId!: AdvertiserId | null
  affiliateId!: AffiliateId | null

  @Field(() => String)
  name!: string

  @Field(() => RoleEnum)
  role!: Role

  @Field(() => DateTime)
  createdAt!: Date

  @Field(() => DateTime, { nullable: true, description: 'To the minute; null: never.' })
  lastUsedAt!: Date | null

  @Field(() => DateTime, { nullable: true, description: 'Since when it opens nothing; null: it is valid.' })
  revokedAt!: Date | null
}

export const KeyConnectionType = connectionType('Key', KeyType)

@ObjectType('NewKey', { simpleResolvers: true, description: 'A key that has just been made.' })
export class NewKeyType {
  @Field(() => KeyType)
  key!: KeyType

  @Field(() => String, { description: 'The key itself, for `authorization: Bearer`. It is shown this once.' })
  secret!: string
}
