import { Arg, Args, ArgsType, Ctx, Field, Int, Mutation, Query, Resolver } from 'type-graphql'
import { readPageRequest } from '../database/page.js'
import type { CatalogContext } from './context.js'
import { CurrencyDayInput, CurrencyRateFilter, CurrencyRateInput } from './currency-rate.input.js'
import { CurrencyRateConnectionType, CurrencyRateType } from './currency-rate.type.js'
import { PageArgs, toConnection } from './page.type.js'
import { listRates, readRates } from './read-rates.js'
import { removeRates, setRates } from './write-rates.js'

@ArgsType()
class CurrencyRateArgs extends PageArgs {
  @Field(() => CurrencyRateFilter, { nullable: true })
  filter!: CurrencyRateFilter | null
}

@Resolver(() => CurrencyRateType)
export class CurrencyRateResolver {
  @Query(() => CurrencyRateConnectionType, {
    description: 'Newest day first, then by currency. ADMIN and ANALYST; empty for anyone else.',
  })
  async currencyRates(
    @Args(() => CurrencyRateArgs) { first, after, filter }: CurrencyRateArgs,
    @Ctx() { snapshot, scope }: CatalogContext,
  ) {
    const request = readPageRequest('currencyRate', first, after)
    return toConnection('currencyRate', await listRates(snapshot.rows, scope, filter ?? {}, request))
  }

  @Mutation(() => [CurrencyRateType], {
    description:
      'Sets rates by hand, at most 1,000 at once: new ones, or in place of those that are there. What is converted already keeps its rate; what waited for one is matched. ADMIN.',
  })
  async setCurrencyRates(
    @Arg('rates', () => [CurrencyRateInput]) rates: CurrencyRateInput[],
    @Ctx() { scope, catalogWrites, snapshot }: CatalogContext,
  ) {
    return readRates(snapshot.rows, scope.workspaceId, await setRates(catalogWrites, scope, rates))
  }

  @Mutation(() => Int, {
    description:
      'Takes rates back, at most 1,000 at once, and tells how many there were. What is converted already keeps its rate; the next load may bring one again. ADMIN.',
  })
  async removeCurrencyRates(
    @Arg('rates', () => [CurrencyDayInput]) rates: CurrencyDayInput[],
    @Ctx() { scope, catalogWrites }: CatalogContext,
  ) {
    return removeRates(catalogWrites, scope, rates)
  }
}
