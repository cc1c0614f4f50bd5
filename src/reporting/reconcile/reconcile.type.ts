import { Field, Int, ObjectType } from 'type-graphql'
import { ConversionStatusEnum, OutcomeEnum } from '../../catalog/enums.type.js'
import type { AdvertiserId, ReceiptId } from '../../kernel/ids.js'
import { Currency, Cursor, Decimal } from '../../kernel/scalars.js'
import type { ConversionStatus, Outcome } from '../../kernel/vocabulary.js'
import type { BookedOrder, Difference, ListedOrder } from './compare-orders.js'
import type { Counts, ReasonCount } from './reconcile.js'
import type { OrderSums } from './sum-orders.js'

@ObjectType('ListedOrder', { simpleResolvers: true, description: 'An order as the list has it.' })
export class ListedOrderType implements ListedOrder {
  @Field(() => Int, { description: 'Where it stands in the list, from 1; in a file, its line.' })
  place!: number

  @Field(() => String)
  transactionId!: string

  @Field(() => String, { nullable: true })
  line!: string | null

  @Field(() => String, { nullable: true })
  event!: string | null

  @Field(() => Decimal, { nullable: true })
  amount!: string | null

  @Field(() => Currency, { nullable: true })
  currency!: string | null

  @Field(() => ConversionStatusEnum, { nullable: true })
  status!: ConversionStatus | null
}

@ObjectType('ReconciliationReason', {
  simpleResolvers: true,
  description: 'Why the books differ, as the latest request says that was not taken as it came.',
})
export class ReconciliationReasonType {
  @Field(() => String, {
    description:
      "A receipt's reason code, such as `CLICK_NOT_FOUND`, or its outcome where it has none; or `NO_REQUEST`, `TEST`, `OTHER_CAMPAIGN`, `OTHER_LINE`, `SET_BY_HAND`.",
  })
  code!: string

  @Field(() => String, { description: 'The same in words.' })
  text!: string

  @Field(() => OutcomeEnum, { nullable: true, description: 'What became of the request that says so.' })
  outcome!: Outcome | null

  receiptId!: ReceiptId | null
}

@ObjectType('MissingOrder', { simpleResolvers: true, description: 'In the list, not in the books.' })
export class MissingOrderType {
  @Field(() => ListedOrderType)
  listed!: ListedOrder

  @Field(() => ReconciliationReasonType)
  reason!: ReconciliationReasonType
}

@ObjectType('OrderDifference', { simpleResolvers: true })
export class OrderDifferenceType implements Difference {
  @Field(() => String, { description: '`amount`, `currency` or `status`.' })
  field!: Difference['field']

  @Field(() => String)
  theirs!: string

  @Field(() => String, { nullable: true, description: 'Null: the books have none.' })
  ours!: string | null
}

@ObjectType('DifferentOrder', { simpleResolvers: true, description: 'In both, but not the same.' })
export class DifferentOrderType {
  @Field(() => ListedOrderType)
  listed!: ListedOrder

  order!: BookedOrder

  @Field(() => [OrderDifferenceType])
  differences!: readonly Difference[]

  @Field(() => ReconciliationReasonType, { nullable: true, description: 'Null: no request about it is kept.' })
  reason!: ReconciliationReasonType | null
}

@ObjectType('AmbiguousOrder', {
  simpleResolvers: true,
  description: 'Several conversions fit: the list would have to say which line and event.',
})
export class AmbiguousOrderType {
  @Field(() => ListedOrderType)
  listed!: ListedOrder

  orders!: readonly BookedOrder[]
}

@ObjectType('RepeatedOrder', { simpleResolvers: true, description: 'Listed before; not compared.' })
export class RepeatedOrderType {
  @Field(() => ListedOrderType)
  listed!: ListedOrder

  @Field(() => Int, { description: 'The place of the one that was compared.' })
  first!: number
}

@ObjectType('ReconciliationCounts', {
  simpleResolvers: true,
  description: 'listed = matched + different + ambiguous + missing + repeated.',
})
export class ReconciliationCountsType implements Counts {
  @Field(() => Int)
  listed!: number

  @Field(() => Int)
  matched!: number

  @Field(() => Int)
  different!: number

  @Field(() => Int)
  ambiguous!: number

  @Field(() => Int)
  missing!: number

  @Field(() => Int)
  repeated!: number

  @Field(() => Int, { nullable: true, description: 'Null without `from` and `to`.' })
  extra!: number | null
}

@ObjectType('ReconciliationSums', {
  simpleResolvers: true,
  description: 'Sums of amounts, whatever the status, by currency; none where the list says no amounts.',
})
export class ReconciliationSumsType implements OrderSums {
  @Field(() => Currency)
  currency!: string

  @Field(() => Decimal, { description: 'Of the list, each order once.' })
  listed!: string

  @Field(() => Decimal, { description: 'Of the books: what was found, and what is extra.' })
  booked!: string

  @Field(() => Decimal)
  missing!: string

  @Field(() => Decimal)
  extra!: string
}

@ObjectType('ReasonCount', { simpleResolvers: true })
export class ReasonCountType implements ReasonCount {
  @Field(() => String, { description: '`missing` or `different`.' })
  kind!: ReasonCount['kind']

  @Field(() => String, { nullable: true, description: 'As `ReconciliationReason.code`; null: no reason is kept.' })
  code!: string | null

  @Field(() => Int)
  count!: number
}

@ObjectType('Reconciliation', {
  simpleResolvers: true,
  description: "Where the books differ from somebody's list of orders, and why. Tests are left out of the books' side.",
})
export class ReconciliationType {
  @Field(() => Cursor, { description: 'The state of the books that it is exactly at.' })
  asOf!: string

  advertiserId!: AdvertiserId

  @Field(() => ReconciliationCountsType, { description: 'Of all, however much of it is told below.' })
  counts!: Counts

  @Field(() => [ReconciliationSumsType])
  sums!: readonly OrderSums[]

  @Field(() => [ReasonCountType], { description: 'Why orders are missing or different, most frequent first.' })
  reasons!: readonly ReasonCount[]

  @Field(() => [MissingOrderType])
  missing!: readonly MissingOrderType[]

  extra!: readonly BookedOrder[]

  @Field(() => [DifferentOrderType])
  different!: readonly DifferentOrderType[]

  @Field(() => [AmbiguousOrderType])
  ambiguous!: readonly AmbiguousOrderType[]

  @Field(() => [RepeatedOrderType])
  repeated!: readonly RepeatedOrderType[]

  @Field(() => Boolean, { description: 'Some of the lists is longer than `first`.' })
  truncated!: boolean
}
