import { Args, ArgsType, Field, Int, Resolver, Root, Subscription } from 'type-graphql'
import { badInput } from '../kernel/errors.js'
import { Cursor } from '../kernel/scalars.js'
import { ConversionChangeType } from '../reporting/change.type.js'
import { ConversionFilter, ReceiptFilter } from '../reporting/filters.input.js'
import { PerformanceInput, PerformanceReportType } from '../reporting/performance.type.js'
import { ReceiptType } from '../reporting/receipt.type.js'
import type { LiveContext } from './context.js'
import type { Feed } from './feed.js'

@ArgsType()
class ConversionsArgs {
  @Field(() => ConversionFilter, { nullable: true })
  filter!: ConversionFilter | null

  @Field(() => Cursor, {
    nullable: true,
    description: 'Go on behind this place; absent: with what is booked from now on.',
  })
  after!: string | null
}

@ArgsType()
class ReceiptsArgs {
  @Field(() => ReceiptFilter, { nullable: true })
  filter!: ReceiptFilter | null
}

@ArgsType()
class PerformanceArgs {
  @Field(() => PerformanceInput)
  query!: PerformanceInput

  @Field(() => Int, { nullable: true, defaultValue: 1000, description: 'At least 100.' })
  everyMs!: number | null
}

const minEveryMs = 100
const maxEveryMs = 3_600_000

/** What type-graphql gives to `subscribe`; the arguments are checked against their class by the schema. */
interface Subscribed<ArgsClass> {
  readonly args: ArgsClass
  readonly context: LiveContext
}

/** type-graphql knows event streams only. Those who subscribe here, the transports, open the feed that it really is. */
const asSource = (feed: Feed) => feed as unknown as AsyncIterable<never>

@Resolver()
export class LiveResolver {
  @Subscription(() => ConversionChangeType, {
    description:
      'Every committed change to a conversion that passes the filter before or after it, in order, none skipped and none repeated.',
    subscribe: ({ args: { filter }, context: { live, scope } }: Subscribed<ConversionsArgs>) =>
      asSource(live.changes(scope, filter ?? {})),
  })
  conversions(@Root() change: ConversionChangeType, @Args(() => ConversionsArgs) _args: ConversionsArgs) {
    return change
  }

  @Subscription(() => ReceiptType, {
    description: 'Postbacks as they are kept, with what became of each; again when one that was parked is settled.',
    subscribe: ({ args: { filter }, context: { live, scope } }: Subscribed<ReceiptsArgs>) =>
      asSource(live.receipts(scope, filter ?? {})),
  })
  receipts(@Root() receipt: ReceiptType, @Args(() => ReceiptsArgs) _args: ReceiptsArgs) {
    return receipt
  }

  @Subscription(() => PerformanceReportType, {
    description:
      'The report itself, kept current: each message is the whole report, sent when a figure in it changed, at most one per `everyMs`.',
    subscribe: ({ args: { query, everyMs }, context: { live, scope } }: Subscribed<PerformanceArgs>) => {
      const pauseMs = everyMs ?? 1000
      if (pauseMs < minEveryMs || pauseMs > maxEveryMs) {
        throw badInput(`everyMs must be between ${minEveryMs} and ${maxEveryMs}.`, 'everyMs')
      }
      return asSource(live.report(scope, query, pauseMs))
    },
  })
  performance(@Root() report: PerformanceReportType, @Args(() => PerformanceArgs) _args: PerformanceArgs) {
    return report
  }
}
