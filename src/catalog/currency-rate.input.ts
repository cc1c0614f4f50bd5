import { Field, InputType } from 'type-graphql'
import { Currency, LocalDate, Rate } from '../kernel/scalars.js'

@InputType('CurrencyDayInput')
export class CurrencyDayInput {
  @Field(() => Currency)
  currency!: string

  @Field(() => LocalDate)
  day!: string
}

@InputType('CurrencyRateInput')
export class CurrencyRateInput extends CurrencyDayInput {
  @Field(() => Rate, {
    description:
      "What one unit of `currency` is in the workspace's: more than 0, with at most 15 significant digits. For US dollars in a workspace of euros, `0.9463`.",
  })
  rate!: string
}

@InputType('CurrencyRateFilter')
export class CurrencyRateFilter {
  @Field(() => [Currency], { nullable: true, description: 'At most 200.' })
  currencies?: string[] | null

  @Field(() => LocalDate, { nullable: true, description: 'The first day.' })
  from?: string | null

  @Field(() => LocalDate, { nullable: true, description: 'The last day.' })
  to?: string | null
}
