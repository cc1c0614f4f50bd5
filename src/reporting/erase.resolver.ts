import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql'
import { badInput, forbidden } from '../kernel/errors.js'
import type { ReportingContext } from './context.js'
import { EraseResultType } from './erase.type.js'
import { checkText, knownIds } from './filter-values.js'

const maxOfEach = 1_000

@Resolver()
export class EraseResolver {
  @Mutation(() => EraseResultType, {
    description:
      'ADMIN. Forgets who a visitor was, by clicks and by the advertisers’ order ids, at most 1,000 of each: addresses, user agents, external ids, sub-ids, order ids, and what the requests said. Money and figures stay; by sub-id they count as without one. It cannot be undone.',
  })
  async eraseVisitor(
    @Arg('clickIds', () => [ID], { nullable: true }) clickIds: string[] | null,
    @Arg('transactionIds', () => [String], { nullable: true }) transactionIds: string[] | null,
    @Ctx() { scope, eraseVisitor, reportingLoaders }: ReportingContext,
  ): Promise<EraseResultType> {
    if (scope.role !== 'ADMIN') throw forbidden('Only an ADMIN erases.')
    const [clicks, orders] = [clickIds ?? [], transactionIds ?? []]
    if (clicks.length > maxOfEach) throw badInput(`clickIds takes at most ${maxOfEach}.`, 'clickIds')
    if (orders.length > maxOfEach) throw badInput(`transactionIds takes at most ${maxOfEach}.`, 'transactionIds')
    for (const order of orders) checkText(order, 'transactionIds')
    const erased = await eraseVisitor(scope.workspaceId, { clickIds: knownIds('clk', clicks), transactionIds: orders })
    reportingLoaders.clear()
    return erased
  }
}
