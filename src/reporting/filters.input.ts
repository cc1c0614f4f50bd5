import { Field, ID, InputType } from 'type-graphql'
import { ConversionStatusEnum, OutcomeEnum } from '../catalog/enums.type.js'
import { DateTime, Decimal, JSONObject } from '../kernel/scalars.js'
import type { ConversionStatus, Outcome } from '../kernel/vocabulary.js'

const texts = () => [String]
const idList = () => [ID]

@InputType({ description: 'All that is given must hold; within a list, any value may.' })
export class ClickFilter {
  @Field(idList, { nullable: true })
  campaignIds?: string[] | null

  @Field(idList, { nullable: true })
  affiliateIds?: string[] | null

  @Field(idList, { nullable: true })
  linkIds?: string[] | null

  @Field(texts, { nullable: true })
  sources?: string[] | null

  @Field(() => JSONObject, { nullable: true, description: '`{"sub1": "spring"}`' })
  subs?: object | null

  @Field(() => Boolean, { nullable: true })
  bot?: boolean | null

  @Field(() => DateTime, { nullable: true, description: 'From this instant on.' })
  from?: Date | null

  @Field(() => DateTime, { nullable: true, description: 'Before this instant.' })
  to?: Date | null
}

@InputType({ description: 'All that is given must hold; within a list, any value may.' })
export class ConversionFilter {
  @Field(idList, { nullable: true })
  campaignIds?: string[] | null

  @Field(idList, { nullable: true })
  advertiserIds?: string[] | null

  @Field(idList, { nullable: true })
  affiliateIds?: string[] | null

  @Field(idList, { nullable: true })
  linkIds?: string[] | null

  @Field(texts, { nullable: true })
  events?: string[] | null

  @Field(() => [ConversionStatusEnum], { nullable: true })
  statuses?: ConversionStatus[] | null

  @Field(texts, { nullable: true })
  sources?: string[] | null

  @Field(texts, { nullable: true })
  creatives?: string[] | null

  @Field(texts, { nullable: true })
  keywords?: string[] | null

  @Field(texts, { nullable: true })
  placements?: string[] | null

  @Field(texts, { nullable: true })
  countries?: string[] | null

  @Field(texts, { nullable: true })
  devices?: string[] | null

  @Field(() => JSONObject, { nullable: true, description: '`{"sub1": "spring"}`' })
  subs?: object | null

  @Field(() => String, { nullable: true })
  transactionId?: string | null

  @Field(idList, { nullable: true })
  clickIds?: string[] | null

  @Field(() => Decimal, { nullable: true, description: 'Revenue of at least this much. Not for an AFFILIATE.' })
  minRevenue?: string | null

  @Field(() => Boolean, { nullable: true, description: 'Only tests, or only what is none; absent: both.' })
  test?: boolean | null

  @Field(() => DateTime, { nullable: true, description: 'Occurred from this instant on.' })
  from?: Date | null

  @Field(() => DateTime, { nullable: true, description: 'Occurred before this instant.' })
  to?: Date | null
}

@InputType({ description: 'All that is given must hold; within a list, any value may.' })
export class ReceiptFilter {
  @Field(() => [OutcomeEnum], { nullable: true })
  outcomes?: Outcome[] | null

  @Field(texts, { nullable: true })
  reasonCodes?: string[] | null

  @Field(idList, { nullable: true })
  advertiserIds?: string[] | null

  @Field(() => String, { nullable: true })
  transactionId?: string | null

  @Field(() => ID, { nullable: true })
  clickId?: string | null

  @Field(() => DateTime, { nullable: true })
  from?: Date | null

  @Field(() => DateTime, { nullable: true })
  to?: Date | null
}
