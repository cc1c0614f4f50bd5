import { Field, ID, ObjectType } from 'type-graphql'
import type { AffiliateId, CampaignId, LinkId } from '../kernel/ids.js'
import { JSONObject } from '../kernel/scalars.js'
import type { Subs } from '../kernel/vocabulary.js'
import { connectionType } from './page.type.js'

@ObjectType('Link', {
  simpleResolvers: true,
  description: "An affiliate's tracking URL to a campaign. It never changes.",
})
export class LinkType {
  @Field(() => ID, { description: '`lnk_…`' })
  id!: LinkId

  campaignId!: CampaignId
  affiliateId!: AffiliateId

  @Field(() => String, { nullable: true, description: 'What clicks have as source where the request names none.' })
  source!: string | null

  @Field(() => String, { nullable: true })
  creative!: string | null

  @Field(() => String, { nullable: true })
  keyword!: string | null

  @Field(() => String, { nullable: true })
  placement!: string | null

  @Field(() => JSONObject, { description: 'Those of `sub1` to `sub10` that are set: `{"sub1": "spring"}`.' })
  subs!: Subs

  @Field(() => String, {
    nullable: true,
    description: "Where its clicks lead instead of to the campaign's destination.",
  })
  destinationUrl!: string | null
}

export const LinkConnectionType = connectionType('Link', LinkType)
