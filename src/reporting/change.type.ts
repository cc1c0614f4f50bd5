import { Field, ObjectType } from 'type-graphql'
import { ChangeKindEnum, ConversionStatusEnum } from '../catalog/enums.type.js'
import { Cursor, DateTime, Decimal } from '../kernel/scalars.js'
import type { ChangeKind, ConversionStatus } from '../kernel/vocabulary.js'
import { ConversionType } from './conversion.type.js'

@ObjectType('ConversionChange', {
  simpleResolvers: true,
  description: 'One line of the ledger: what happened to a conversion, and how it stands after.',
})
export class ConversionChangeType {
  @Field(() => Cursor, { description: 'This place in the ledger; hand it back as `after` to go on behind it.' })
  cursor!: string

  @Field(() => ChangeKindEnum, { description: 'What it did.' })
  kind!: ChangeKind

  @Field(() => DateTime, { description: 'When it was booked.' })
  at!: number

  @Field(() => String, { nullable: true, description: 'Why, where somebody said so.' })
  reason!: string | null

  @Field(() => ConversionStatusEnum, { description: 'Of the conversion, after this change.' })
  status!: ConversionStatus

  @Field(() => ConversionStatusEnum, { nullable: true, description: 'Null for the first change of a conversion.' })
  previousStatus!: ConversionStatus | null

  @Field(() => Decimal, {
    nullable: true,
    description: "Of the conversion, in the workspace's currency, after this change.",
  })
  saleAmount!: string | null

  @Field(() => Decimal, {
    nullable: true,
    description: "Of the conversion, in the workspace's currency, after this change.",
  })
  revenue!: string | null

  @Field(() => Decimal, {
    nullable: true,
    description: "Of the conversion, in the workspace's currency, after this change.",
  })
  payout!: string | null

  @Field(() => Decimal, {
    nullable: true,
    description: 'What this change added to `saleAmount`; negative where it took away.',
  })
  saleAmountDelta!: string | null

  @Field(() => Decimal, {
    nullable: true,
    description: 'What this change added to `revenue`; negative where it took away.',
  })
  revenueDelta!: string | null

  @Field(() => Decimal, {
    nullable: true,
    description: 'What this change added to `payout`; negative where it took away.',
  })
  payoutDelta!: string | null

  @Field(() => Boolean, {
    description: 'False: the conversion passed the filter before this change and no longer does.',
  })
  matches!: boolean

  @Field(() => ConversionType, { description: 'With status and money as of this change, also in a replay.' })
  conversion!: ConversionType
}

@ObjectType('ChangeConnection', { simpleResolvers: true, description: 'A stretch of the ledger, oldest first.' })
export class ChangeConnectionType {
  @Field(() => [ConversionChangeType])
  nodes!: ConversionChangeType[]

  @Field(() => Boolean, { description: 'Whether more is there already.' })
  hasMore!: boolean

  @Field(() => Cursor, { description: 'Where to go on; also when nothing was found.' })
  endCursor!: string
}
