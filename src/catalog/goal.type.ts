import { Field, ObjectType } from 'type-graphql'
import { Decimal } from '../kernel/scalars.js'
import type { ConversionStatus, DuplicatePolicy, PriceKind } from '../kernel/vocabulary.js'
import { ConversionStatusEnum, DuplicatePolicyEnum, PriceKindEnum } from './enums.type.js'

@ObjectType('Price', { simpleResolvers: true, description: 'What an event earns or pays.' })
export class PriceType {
  @Field(() => PriceKindEnum)
  kind!: PriceKind

  @Field(() => Decimal, {
    nullable: true,
    description: 'FIXED: money in the workspace\'s currency. PERCENT: of the sale amount, "7.5". PASSED: null.',
  })
  value!: string | null
}

@ObjectType('Goal', { simpleResolvers: true, description: "An event that a campaign pays for, on today's terms." })
export class GoalType {
  @Field(() => String, { description: 'What postbacks call it: `sale`, `lead`, any name.' })
  event!: string

  @Field(() => PriceType, { nullable: true, description: 'What the advertiser pays; null for an AFFILIATE.' })
  revenue!: PriceType | null

  @Field(() => PriceType, { nullable: true, description: 'What the affiliate is paid; null for an ADVERTISER.' })
  payout!: PriceType | null

  @Field(() => ConversionStatusEnum, { description: 'The status of a new conversion whose postback names none.' })
  startsAs!: ConversionStatus

  @Field(() => DuplicatePolicyEnum)
  duplicates!: DuplicatePolicy
}
