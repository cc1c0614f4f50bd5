import { Field, Int, ObjectType } from 'type-graphql'
import type { AdvertiserId } from '../kernel/ids.js'
import { DateTime, SafeInt } from '../kernel/scalars.js'
import type { Activity } from './read-activity.js'

@ObjectType('AdvertiserActivity', { simpleResolvers: true, description: 'When an advertiser was last heard of.' })
export class AdvertiserActivityType implements Activity {
  advertiserId!: AdvertiserId

  @Field(() => DateTime, {
    nullable: true,
    description: 'When a visitor last went to one of its campaigns; no bots, no tests.',
  })
  lastClickAt!: number | null

  @Field(() => DateTime, { nullable: true, description: 'When a postback of it last arrived, whatever became of it.' })
  lastReceiptAt!: number | null

  @Field(() => DateTime, { nullable: true, description: 'When a conversion of it was last booked or changed.' })
  lastConversionAt!: number | null

  @Field(() => SafeInt, {
    description: 'Milliseconds since its last postback; since the advertiser was made, where none has arrived.',
  })
  quietForMs!: number

  @Field(() => Boolean, {
    description:
      'Visitors were sent to its ACTIVE campaigns within the last 24 hours, but no postback of it has arrived for 36 hours, and for three times its usual gap: the mean one between its last 20 changes in the books.',
  })
  silent!: boolean
}

@ObjectType('FoldingLag', {
  simpleResolvers: true,
  description:
    'How far the roll-ups are behind the books. Reports add what they lack, so this tells their speed and not their age.',
})
export class FoldingLagType {
  @Field(() => Int)
  changes!: number

  @Field(() => Int, { description: 'Counted up to 100,000.' })
  clicks!: number

  @Field(() => SafeInt, { nullable: true, description: 'How long the oldest of them has waited; null: nothing waits.' })
  oldestMs!: number | null
}

@ObjectType('Freshness', { simpleResolvers: true, description: 'How fresh the books are, and who has gone silent.' })
export class FreshnessType {
  @Field(() => DateTime, { description: 'When this was read.' })
  at!: number

  @Field(() => DateTime, { nullable: true, description: 'When a figure of the workspace last moved.' })
  lastBookedAt!: number | null
}
