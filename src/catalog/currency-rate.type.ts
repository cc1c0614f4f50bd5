import { Field, ObjectType } from 'type-graphql'
import { Currency, DateTime, LocalDate, Rate } from '../kernel/scalars.js'
import { connectionType } from './page.type.js'

@ObjectType('CurrencyRate', {
  simpleResolvers: true,
  description: "What one unit of a currency is in the workspace's on a day.",
})
export class CurrencyRateType {
  /** Its place in the list. */
  id!: string

  @Field(() => Currency)
  currency!: string

  @Field(() => LocalDate, { description: 'In UTC.' })
  day!: string

  @Field(() => Rate)
  rate!: string

  @Field(() => Boolean, { description: 'Set by hand: what is loaded does not replace it.' })
  byHand!: boolean

  @Field(() => DateTime)
  updatedAt!: Date
}

export const CurrencyRateConnectionType = connectionType('CurrencyRate', CurrencyRateType)
