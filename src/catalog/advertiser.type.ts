import { Field, ID, ObjectType } from 'type-graphql'
import type { AdvertiserId } from '../kernel/ids.js'
import { DateTime } from '../kernel/scalars.js'
import type { Preset } from '../kernel/vocabulary.js'
import { connectionType } from './page.type.js'

@ObjectType('Advertiser', {
  simpleResolvers: true,
  description: 'Who sells: owns campaigns and reports what they earned by postbacks.',
})
export class AdvertiserType {
  @Field(() => ID, { description: '`adv_…`' })
  id!: AdvertiserId

  @Field(() => String)
  name!: string

  @Field(() => String, {
    description: 'Whose names the postback parameters have: `canonical`, or a tracker such as `voluum`.',
  })
  preset!: Preset

  @Field(() => [String], {
    nullable: true,
    description:
      'The addresses and ranges that postbacks may come from; empty: any. ADMIN, ANALYST and this ADVERTISER only.',
  })
  allowedIps!: string[] | null

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether postbacks must be signed. ADMIN, ANALYST and this ADVERTISER only.',
  })
  requireSignature!: boolean | null
}

export const AdvertiserConnectionType = connectionType('Advertiser', AdvertiserType)

@ObjectType('SigningKey', {
  simpleResolvers: true,
  description: 'A secret that postbacks are signed with. It is kept sealed, and never shown again.',
})
export class SigningKeyType {
  @Field(() => DateTime)
  createdAt!: Date

  @Field(() => DateTime, { nullable: true, description: 'Until when signatures of it are taken; null: it stays.' })
  expiresAt!: Date | null
}

@ObjectType('NewSigningKey', { simpleResolvers: true, description: 'A signing key that has just been made.' })
export class NewSigningKeyType {
  @Field(() => SigningKeyType)
  key!: SigningKeyType

  @Field(() => String, {
    description: '`whsec_…`, the secret itself, as Standard Webhooks has it. It is shown this once.',
  })
  secret!: string
}
