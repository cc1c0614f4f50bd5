import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { PageArgs, toConnection } from '../catalog/page.type.js'
import { readPageRequest } from '../database/page.js'
import { badInput, forbidden, notFound } from '../kernel/errors.js'
import { decodeId, encodeId } from '../kernel/ids.js'
import type { ReportingContext } from './context.js'
import { ConversionType } from './conversion.type.js'
import { ReceiptFilter } from './filters.input.js'
import { listReceipts } from './read-receipts.js'
import { ReceiptConnectionType, ReceiptType, ReplayResultType } from './receipt.type.js'

@ArgsType()
class ReceiptArgs extends PageArgs {
  @Field(() => ReceiptFilter, { nullable: true })
  filter!: ReceiptFilter | null
}

const maxReplays = 500

@Resolver(() => ReceiptType)
export class ReceiptResolver {
  @Query(() => ReceiptType, { nullable: true })
  receipt(@Arg('id', () => ID) id: string, @Ctx() { reportingLoaders }: ReportingContext) {
    const receiptId = decodeId('rcp', id)
    return receiptId && reportingLoaders.receipt.load(receiptId)
  }

  @Query(() => ReceiptConnectionType, { description: 'Newest first. None for an AFFILIATE.' })
  async receipts(
    @Args(() => ReceiptArgs) { first, after, filter }: ReceiptArgs,
    @Ctx() { snapshot, scope }: ReportingContext,
  ) {
    const request = readPageRequest('receipt', first, after)
    return toConnection('receipt', await listReceipts(snapshot.rows, scope, filter ?? {}, request))
  }

  @Mutation(() => [ReplayResultType], {
    description:
      'ADMIN and ADVERTISER. Decides parked (UNMATCHED) postbacks again; `dryRun` only tells what would come of it.',
  })
  async replayReceipts(
    @Arg('ids', () => [ID]) ids: string[],
    @Arg('dryRun', () => Boolean, { nullable: true, defaultValue: false }) dryRun: boolean | null,
    @Ctx() { scope, ledger, reportingLoaders }: ReportingContext,
  ) {
    if (scope.role !== 'ADMIN' && scope.role !== 'ADVERTISER') throw forbidden('This key replays nothing.')
    if (ids.length > maxReplays) throw badInput(`ids takes at most ${maxReplays} receipts.`, 'ids')
    const receiptIds = ids.map((id) => decodeId('rcp', id))
    const visible = await Promise.all(receiptIds.map((id) => id && reportingLoaders.receipt.load(id)))
    const results = visible.map(async (receipt) => {
      if (receipt === null) throw notFound('receipt', 'ids')
      return ledger.replayReceipt(scope.workspaceId, receipt.id, dryRun ?? false)
    })
    const answers = await Promise.all(results)
    reportingLoaders.clear()
    return answers.map((answer, index) => ({
      receipt: reportingLoaders.receipt.load(receiptIds[index] as NonNullable<(typeof receiptIds)[number]>), // all were found
      before: answer.before,
      after: answer.after,
      reason: answer.reason && `${answer.reason.code}: ${answer.reason.message}`,
    }))
  }

  @FieldResolver(() => ID)
  id(@Root() { id }: ReceiptType): string {
    return encodeId('rcp', id)
  }

  @FieldResolver(() => ConversionType, { nullable: true, description: 'The conversion it made, changed or repeated.' })
  conversion(@Root() { conversionId }: ReceiptType, @Ctx() { reportingLoaders }: ReportingContext) {
    return conversionId && reportingLoaders.conversion.load(conversionId)
  }
}
