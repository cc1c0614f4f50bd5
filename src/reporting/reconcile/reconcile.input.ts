import { Field, ID, InputType } from 'type-graphql'
import { ConversionStatusEnum } from '../../catalog/enums.type.js'
import { Currency, DateTime, Decimal } from '../../kernel/scalars.js'
import type { ConversionStatus } from '../../kernel/vocabulary.js'

@InputType('ListedOrderInput', {
  description:
    'An order as the list has it. What is left out is not compared; an order may be named by less than it has.',
})
export class ListedOrderInput {
  @Field(() => String, { description: "The advertiser's order id, the postback's `txid`: 1 to 255 bytes." })
  transactionId!: string

  @Field(() => String, { nullable: true, description: 'A line of it; `""` is the line of a postback that names none.' })
  line?: string | null

  @Field(() => String, { nullable: true })
  event?: string | null

  @Field(() => Decimal, { nullable: true, description: "In the order's own currency, as `Conversion.amount`." })
  amount?: string | null

  @Field(() => Currency, { nullable: true })
  currency?: string | null

  @Field(() => ConversionStatusEnum, { nullable: true })
  status?: ConversionStatus | null
}

@InputType('ReconcileInput', { description: 'A list of orders, and which of the books it is held against.' })
export class ReconcileInput {
  @Field(() => ID, { nullable: true, description: 'Whose list it is. An ADVERTISER may leave it out: its own.' })
  advertiserId?: string | null

  @Field(() => [ID], { nullable: true, description: 'The campaigns that the list is about; default: all of them.' })
  campaignIds?: string[] | null

  @Field(() => String, {
    nullable: true,
    description: 'The event that the list is about: that of orders that name none, and no order may name another.',
  })
  event?: string | null

  @Field(() => DateTime, {
    nullable: true,
    description: 'With `to`: orders that happened from this instant on and are not listed are `extra`.',
  })
  from?: Date | null

  @Field(() => DateTime, { nullable: true, description: 'Before this instant.' })
  to?: Date | null

  @Field(() => Decimal, {
    nullable: true,
    description: 'By how much amounts may differ and still be the same; default 0.',
  })
  tolerance?: string | null

  @Field(() => [ListedOrderInput], { description: 'At most 2,000; `POST /reconcile` takes longer lists.' })
  orders!: ListedOrderInput[]
}
