import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql'
import { AdvertiserType } from '../../catalog/advertiser.type.js'
import { badInput } from '../../kernel/errors.js'
import type { ReportingContext } from '../context.js'
import { ConversionType } from '../conversion.type.js'
import { ReceiptType } from '../receipt.type.js'
import { checkListedOrder } from './listed-order.js'
import { readQuestion, requireReconciler } from './read-question.js'
import { ReconcileInput } from './reconcile.input.js'
import { reconcile } from './reconcile.js'
import {
  AmbiguousOrderType,
  DifferentOrderType,
  ReconciliationReasonType,
  ReconciliationType,
} from './reconcile.type.js'

const maxOrders = 2_000

@Resolver(() => ReconciliationType)
export class ReconciliationResolver {
  @Query(() => ReconciliationType, {
    description:
      "Holds the advertiser's or network's own list of orders against the books. ADMIN, ANALYST, and that ADVERTISER.",
  })
  async reconcile(
    @Arg('input', () => ReconcileInput) input: ReconcileInput,
    @Arg('first', () => Int, {
      nullable: true,
      defaultValue: 500,
      description: 'How many of each kind to tell at most: 1 to 2,000.',
    })
    first: number | null,
    @Ctx() { scope, snapshot, cursors }: ReportingContext,
  ) {
    requireReconciler(scope)
    const limit = first ?? maxOrders
    if (limit < 1 || limit > maxOrders) throw badInput(`first must be between 1 and ${maxOrders}.`, 'first')
    if (input.orders.length > maxOrders) {
      throw badInput(`orders takes at most ${maxOrders}; POST /reconcile takes a longer list.`, 'orders')
    }
    const list = input.orders.map(({ transactionId, line, event, amount, currency, status }, index) =>
      checkListedOrder(
        {
          place: index + 1,
          transactionId,
          line: line ?? null,
          event: event ?? null,
          amount: amount ?? null,
          currency: currency ?? null,
          status: status ?? null,
        },
        input.event ?? null,
        (name) => `orders.${index}.${name}`,
      ),
    )
    const question = await readQuestion(snapshot.rows, scope, input)
    const reconciliation = await reconcile(snapshot.rows, question, list, limit)
    return { ...reconciliation, asOf: cursors.seal(scope, question.head) }
  }

  @FieldResolver(() => AdvertiserType)
  advertiser(@Root() { advertiserId }: ReconciliationType, @Ctx() { catalogLoaders }: ReportingContext) {
    return catalogLoaders.advertiser.load(advertiserId)
  }

  @FieldResolver(() => [ConversionType], {
    description:
      'In the books between `from` and `to`, not in the list; also what has no transaction id to be listed by.',
  })
  extra(@Root() { extra }: ReconciliationType, @Ctx() { reportingLoaders }: ReportingContext) {
    return reportingLoaders.conversion.loadMany(extra.map(({ id }) => id))
  }
}

@Resolver(() => DifferentOrderType)
export class DifferentOrderResolver {
  @FieldResolver(() => ConversionType)
  conversion(@Root() { order }: DifferentOrderType, @Ctx() { reportingLoaders }: ReportingContext) {
    return reportingLoaders.conversion.load(order.id)
  }
}

@Resolver(() => AmbiguousOrderType)
export class AmbiguousOrderResolver {
  @FieldResolver(() => [ConversionType])
  conversions(@Root() { orders }: AmbiguousOrderType, @Ctx() { reportingLoaders }: ReportingContext) {
    return reportingLoaders.conversion.loadMany(orders.map(({ id }) => id))
  }
}

@Resolver(() => ReconciliationReasonType)
export class ReconciliationReasonResolver {
  @FieldResolver(() => ReceiptType, { nullable: true, description: 'The request that says so.' })
  receipt(@Root() { receiptId }: ReconciliationReasonType, @Ctx() { reportingLoaders }: ReportingContext) {
    return receiptId && reportingLoaders.receipt.load(receiptId)
  }
}

export const reconcileResolvers = [
  ReconciliationResolver,
  DifferentOrderResolver,
  AmbiguousOrderResolver,
  ReconciliationReasonResolver,
] as const
