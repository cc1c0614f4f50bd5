import { Field, ID, ObjectType } from 'type-graphql'
import { ConversionStatusEnum } from '../catalog/enums.type.js'
import { connectionType } from '../catalog/page.type.js'
import type { AdvertiserId, AffiliateId, CampaignId, ClickId, ConversionId, LinkId, ReceiptId } from '../kernel/ids.js'
import { Currency, DateTime, Decimal } from '../kernel/scalars.js'
import type { ConversionStatus } from '../kernel/vocabulary.js'

@ObjectType('Conversion', { simpleResolvers: true, description: 'One credited event: a sale, a lead, an install.' })
export class ConversionType {
  @Field(() => ID, { description: '`cnv_…`' })
  id!: ConversionId

  advertiserId!: AdvertiserId
  campaignId!: CampaignId
  affiliateId!: AffiliateId
  linkId!: LinkId | null
  clickId!: ClickId | null
  receiptId!: ReceiptId

  @Field(() => ConversionStatusEnum, { description: 'What has become of it.' })
  status!: ConversionStatus

  @Field(() => String, { description: 'The goal that was reached: `sale`, `lead`, …' })
  event!: string

  @Field(() => String, { nullable: true, description: "The advertiser's order id, the postback's `txid`." })
  transactionId!: string | null

  @Field(() => String, { description: 'The line of the order; empty where the postback named none.' })
  line!: string

  @Field(() => Boolean, { description: 'A test: it stays out of figures.' })
  test!: boolean

  @Field(() => Decimal, { nullable: true, description: 'As the postback said, in `currency`.' })
  amount!: string | null

  @Field(() => Currency, { description: 'What `amount` is in.' })
  currency!: string

  @Field(() => Decimal, { nullable: true, description: "From `currency` to the workspace's currency." })
  rate!: string | null

  @Field(() => Decimal, { nullable: true, description: "The amount in the workspace's currency." })
  saleAmount!: string | null

  @Field(() => Decimal, { nullable: true, description: "What the advertiser pays, in the workspace's currency." })
  revenue!: string | null

  @Field(() => Decimal, { nullable: true, description: "What the affiliate earns, in the workspace's currency." })
  payout!: string | null

  @Field(() => DateTime, { description: 'When it happened, as the postback says.' })
  occurredAt!: number

  @Field(() => DateTime, { description: 'When its postback arrived.' })
  receivedAt!: number

  @Field(() => DateTime, {
    nullable: true,
    description: 'When its visitor clicked; null where it was credited without a click.',
  })
  clickedAt!: number | null

  @Field(() => String, { nullable: true, description: 'Where the traffic came from, as the link or the click said.' })
  source!: string | null

  @Field(() => String, { nullable: true, description: 'Which ad or text, as the link or the click said.' })
  creative!: string | null

  @Field(() => String, { nullable: true, description: 'Which search term, as the link or the click said.' })
  keyword!: string | null

  @Field(() => String, { nullable: true, description: 'Where on the page, as the link or the click said.' })
  placement!: string | null

  @Field(() => String, { nullable: true, description: "ISO 3166 code of the visitor, by the click's address." })
  country!: string | null

  @Field(() => String, { nullable: true, description: "`desktop`, `mobile`, `tablet`, …, by the click's user agent." })
  device!: string | null
}

const PlainConnection = connectionType('Conversion', ConversionType, 'ConversionPage')

@ObjectType('ConversionConnection', {
  simpleResolvers: true,
  description: 'A page of a list of conversions. Subscribe after `asOf` and nothing is missed or seen twice.',
})
export class ConversionConnectionType extends PlainConnection {}
