import { Field, ID, Int, ObjectType } from 'type-graphql'
import { OutcomeEnum } from '../catalog/enums.type.js'
import { connectionType } from '../catalog/page.type.js'
import type { AdvertiserId, ConversionId, ReceiptId } from '../kernel/ids.js'
import { DateTime } from '../kernel/scalars.js'
import type { Outcome } from '../kernel/vocabulary.js'

@ObjectType('Receipt', {
  simpleResolvers: true,
  description: 'One request at the intake, kept as received with its secrets blanked, and what became of it.',
})
export class ReceiptType {
  @Field(() => ID, { description: '`rcp_…`, as the answer to the request said.' })
  id!: ReceiptId

  advertiserId!: AdvertiserId
  conversionId!: ConversionId | null

  @Field(() => DateTime, { description: 'When it arrived.' })
  at!: number

  @Field(() => OutcomeEnum, { description: 'What became of it, as it stands now.' })
  outcome!: Outcome

  @Field(() => String, { nullable: true, description: 'A code to match on: `CLICK_NOT_FOUND`.' })
  reasonCode!: string | null

  @Field(() => String, { nullable: true, description: 'The same in words.' })
  reason!: string | null

  @Field(() => String, { nullable: true, description: 'The parameter to blame.' })
  field!: string | null

  @Field(() => Int, {
    description: 'What it was answered with. Browsers are not told: theirs is what a postback would have got.',
  })
  httpStatus!: number

  @Field(() => String, { description: 'GET or POST.' })
  method!: string

  @Field(() => String, { description: 'Path and query.' })
  url!: string

  @Field(() => String, { nullable: true, description: 'As sent; null where there was none.' })
  body!: string | null

  @Field(() => String, {
    nullable: true,
    description:
      "Whence it came, as trusted proxies say; after `CLICK_IP_DAYS` only the network, `203.0.113.0/24`. Null for what a visitor's browser sent.",
  })
  ip!: string | null

  @Field(() => String, { nullable: true, description: "The advertiser's order id, as sent." })
  transactionId!: string | null

  @Field(() => String, { nullable: true, description: 'As sent, also when it is none of ours.' })
  clickId!: string | null
}

export const ReceiptConnectionType = connectionType('Receipt', ReceiptType)

@ObjectType('ReplayResult', {
  simpleResolvers: true,
  description: 'What replaying a parked postback did, or would do.',
})
export class ReplayResultType {
  @Field(() => ReceiptType)
  receipt!: ReceiptType

  @Field(() => OutcomeEnum)
  before!: Outcome

  @Field(() => OutcomeEnum)
  after!: Outcome

  @Field(() => String, { nullable: true })
  reason!: string | null
}
