import { Field, ID, ObjectType } from 'type-graphql'
import type { AdvertiserId } from '../kernel/ids.js'
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
}

export const AdvertiserConnectionType = connectionType('Advertiser', AdvertiserType)
