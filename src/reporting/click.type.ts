import { Field, ID, ObjectType } from 'type-graphql'
import { connectionType } from '../catalog/page.type.js'
import type { AffiliateId, CampaignId, ClickId, LinkId } from '../kernel/ids.js'
import { DateTime, Decimal, JSONObject } from '../kernel/scalars.js'
import type { Subs } from '../kernel/vocabulary.js'

@ObjectType('Click', { simpleResolvers: true, description: 'One visit through a link.' })
export class ClickType {
  @Field(() => ID, { description: '`clk_…`: what travels to the advertiser and comes back in the postback.' })
  id!: ClickId

  campaignId!: CampaignId
  affiliateId!: AffiliateId
  linkId!: LinkId

  @Field(() => DateTime, { description: 'When it happened.' })
  at!: number

  @Field(() => Boolean, { description: 'A test: it and all that comes of it stays out of figures.' })
  test!: boolean

  @Field(() => Boolean, { description: 'Looks like a machine; counted apart.' })
  bot!: boolean

  @Field(() => String, { nullable: true, description: 'Where the traffic came from, as the link or the click said.' })
  source!: string | null

  @Field(() => String, { nullable: true, description: 'Which ad or text, as the link or the click said.' })
  creative!: string | null

  @Field(() => String, { nullable: true, description: 'Which search term, as the link or the click said.' })
  keyword!: string | null

  @Field(() => String, { nullable: true, description: 'Where on the page, as the link or the click said.' })
  placement!: string | null

  @Field(() => JSONObject, { description: 'Those of `sub1` to `sub10` that are set: `{"sub1": "spring"}`.' })
  subs!: Subs

  @Field(() => String, { nullable: true, description: 'ISO 3166 code of the visitor, by its address.' })
  country!: string | null

  @Field(() => String, { nullable: true, description: 'Of the visitor, by its address.' })
  region!: string | null

  @Field(() => String, { nullable: true, description: "The first of the browser's languages: `de-CH`." })
  language!: string | null

  @Field(() => String, { nullable: true, description: '`desktop`, `mobile`, `tablet`, …' })
  device!: string | null

  @Field(() => String, { nullable: true, description: 'The operating system, by the user agent.' })
  os!: string | null

  @Field(() => String, { nullable: true, description: 'By the user agent.' })
  browser!: string | null

  @Field(() => Decimal, {
    nullable: true,
    description: 'What the visit cost, in the workspace’s currency; null where hidden.',
  })
  cost!: string | null

  @Field(() => String, { nullable: true, description: "The ad platform's own click id." })
  externalId!: string | null

  @Field(() => String, { nullable: true, description: 'Whose id that is: GCLID, FBCLID, TTCLID, MSCLKID or OTHER.' })
  externalKind!: string | null
}

export const ClickConnectionType = connectionType('Click', ClickType)
