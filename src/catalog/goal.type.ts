import { Field, Int, ObjectType } from 'type-graphql'
import { DateTime, Decimal } from '../kernel/scalars.js'
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

@ObjectType('GoalVersion', {
  simpleResolvers: true,
  description: 'The terms of a goal for a time. A conversion keeps those that were in force when its postback arrived.',
})
export class GoalVersionType {
  @Field(() => Int, { description: 'Which version of its goal it is, from 1.' })
  number!: number

  @Field(() => DateTime, { description: "Since when; until its goal's next version." })
  inForceFrom!: Date

  @Field(() => Boolean, { description: 'The goal was withdrawn: from then on the event pays nothing.' })
  withdrawn!: boolean

  @Field(() => GoalType)
  goal!: GoalType
}
