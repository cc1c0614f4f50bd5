import { Field, ID, InputType, Int } from 'type-graphql'
import { Decimal } from '../kernel/scalars.js'
import type { CampaignStatus, ConversionStatus, DuplicatePolicy, PriceKind } from '../kernel/vocabulary.js'
import { CampaignStatusEnum, ConversionStatusEnum, DuplicatePolicyEnum, PriceKindEnum } from './enums.type.js'

@InputType('PriceInput')
export class PriceInput {
  @Field(() => PriceKindEnum)
  kind!: PriceKind

  @Field(() => Decimal, {
    nullable: true,
    description:
      "FIXED: money in the workspace's currency, up to 4 decimals. PERCENT: 0 to 1,000, up to 6 decimals. PASSED: none.",
  })
  value?: string | null
}

@InputType('GoalInput')
export class GoalInput {
  @Field(() => String, { description: '1 to 64 of `A-Z a-z 0-9 . _ -`, unique in the campaign.' })
  event!: string

  @Field(() => PriceInput, { description: 'What the advertiser pays.' })
  revenue!: PriceInput

  @Field(() => PriceInput, { description: 'What the affiliate is paid.' })
  payout!: PriceInput

  @Field(() => ConversionStatusEnum, { nullable: true, defaultValue: 'APPROVED', description: 'PENDING or APPROVED.' })
  startsAs?: ConversionStatus | null

  @Field(() => DuplicatePolicyEnum, { nullable: true, defaultValue: 'KEEP_FIRST' })
  duplicates?: DuplicatePolicy | null
}

@InputType('CreateCampaignInput')
export class CreateCampaignInput {
  @Field(() => ID)
  advertiserId!: string

  @Field(() => String, { description: '1 to 200 characters.' })
  name!: string

  @Field(() => String, {
    description: 'http or https, at most 2,048 characters; macros such as `{click_id}` are filled in at each click.',
  })
  destinationUrl!: string

  @Field(() => String, {
    nullable: true,
    description: 'Where clicks lead while the campaign or affiliate is paused. Default: HTTP 410.',
  })
  fallbackUrl?: string | null

  @Field(() => Int, { nullable: true, defaultValue: 30, description: '1 to 365.' })
  attributionWindowDays?: number | null

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Whether pixel and script may credit it. They carry no secret, so all prices must be FIXED.',
  })
  clientSide?: boolean | null

  @Field(() => [GoalInput], { description: '1 to 50.' })
  goals!: GoalInput[]
}

@InputType('UpdateCampaignInput', { description: 'What is left out stays.' })
export class UpdateCampaignInput {
  @Field(() => String, { nullable: true })
  name?: string | null

  @Field(() => CampaignStatusEnum, { nullable: true })
  status?: CampaignStatus | null

  @Field(() => String, { nullable: true })
  destinationUrl?: string | null

  @Field(() => String, { nullable: true, description: 'null clears it.' })
  fallbackUrl?: string | null

  @Field(() => Int, { nullable: true })
  attributionWindowDays?: number | null

  @Field(() => Boolean, { nullable: true })
  clientSide?: boolean | null

  @Field(() => [GoalInput], {
    nullable: true,
    description:
      'All goals from now on: those not listed are withdrawn. Conversions that exist keep the terms they came under.',
  })
  goals?: GoalInput[] | null
}

@InputType('CampaignFilter', { description: 'A campaign passes that meets all conditions given.' })
export class CampaignFilter {
  @Field(() => [ID], { nullable: true })
  advertiserIds?: string[] | null

  @Field(() => [CampaignStatusEnum], { nullable: true })
  statuses?: CampaignStatus[] | null

  @Field(() => String, { nullable: true, description: 'Text in the name, in any case; at most 100 characters.' })
  search?: string | null
}
