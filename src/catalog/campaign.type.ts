import { Field, ID, Int, ObjectType } from 'type-graphql'
import type { AdvertiserId, CampaignId } from '../kernel/ids.js'
import type { CampaignStatus } from '../kernel/vocabulary.js'
import { CampaignStatusEnum } from './enums.type.js'
import { connectionType } from './page.type.js'

@ObjectType('Campaign', {
  simpleResolvers: true,
  description: "An advertiser's offer: where it leads and what it pays.",
})
export class CampaignType {
  @Field(() => ID, { description: '`cmp_…`' })
  id!: CampaignId

  advertiserId!: AdvertiserId

  @Field(() => String)
  name!: string

  @Field(() => CampaignStatusEnum)
  status!: CampaignStatus

  @Field(() => String, { description: 'Where a click leads, with macros such as `{click_id}`.' })
  destinationUrl!: string

  @Field(() => String, {
    nullable: true,
    description: 'Where a click leads while the campaign or the affiliate is paused; null: to HTTP 410.',
  })
  fallbackUrl!: string | null

  @Field(() => Int, { description: 'How many days after its click an event still counts.' })
  attributionWindowDays!: number

  @Field(() => Boolean, { description: 'Whether the pixel and the script, which carry no secret, may credit it.' })
  clientSide!: boolean
}

export const CampaignConnectionType = connectionType('Campaign', CampaignType)
