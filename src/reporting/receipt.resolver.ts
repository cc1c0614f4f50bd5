import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { AdvertiserType } from '../catalog/advertiser.type.js'
import { PageArgs, toConnection } from '../catalog/page.type.js'
import { readPageRequest } from '../database/page.js'
import { badInput, forbidden, notFound } from '../kernel/errors.js'
import { decodeId, encodeId, type ReceiptId } from '../kernel/ids.js'
import { ConversionChangeType } from './change.type.js'
import type { ReportingContext } from './context.js'
import { ConversionType } from './conversion.type.js'
import { ReceiptFilter } from './filters.input.js'
import { listReceipts } from './read-receipts.js'
import { ReceiptConnectionType, ReceiptType, ReplayResultType } from './receipt.type.js'
import { tellReceipt } from './tell-receipt.js'

@ArgsType()
class ReceiptArgs extends PageArgs {
  @Field(() => ReceiptFilter, { nullable: true })
  filter!: ReceiptFilter | null
}

const maxReplays = 500

const mayReplay = ({ scope }: ReportingContext) => scope.role === 'ADMIN' || scope.role === 'ADVERTISER'

async function replay(
  { scope, ledger, reportingLoaders }: ReportingContext,
  ids: readonly ReceiptId[],
  dryRun: boolean,
): Promise<object[]> {
  const answers = await Promise.all(ids.map((id) => ledger.replayReceipt(scope.workspaceId, id, dryRun)))
  reportingLoaders.clear()
  return answers.map(({ before, after, reason }, index) => ({
    receipt: reportingLoaders.receipt.load(ids[index] as ReceiptId), // as many answers
    before,
    after,
    reason: reason && `${reason.code}: ${reason.message}`,
  }))
}

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
    @Ctx() context: ReportingContext,
  ) {
    if (!mayReplay(context)) throw forbidden('This key replays nothing.')
    if (ids.length > maxReplays) throw badInput(`ids takes at most ${maxReplays} receipts.`, 'ids')
    const receiptIds = ids.map((id) => decodeId('rcp', id))
    const { reportingLoaders } = context
    const visible = await Promise.all(receiptIds.map((id) => id && reportingLoaders.receipt.load(id)))
    const found = visible.map((receipt) => {
      if (receipt === null) throw notFound('receipt', 'ids')
      return receipt.id
    })
    return replay(context, found, dryRun ?? false)
  }

  @Mutation(() => [ReplayResultType], {
    description:
      'ADMIN and ADVERTISER. As `replayReceipts`, of parked postbacks that pass the filter: the newest 500, oldest first.',
  })
  async replayParked(
    @Arg('filter', () => ReceiptFilter, { nullable: true, description: 'Its `outcomes` are not asked.' })
    filter: ReceiptFilter | null,
    @Arg('dryRun', () => Boolean, { nullable: true, defaultValue: false }) dryRun: boolean | null,
    @Ctx() context: ReportingContext,
  ) {
    if (!mayReplay(context)) throw forbidden('This key replays nothing.')
    const { snapshot, scope } = context
    const parked = { ...filter, outcomes: ['UNMATCHED' as const] }
    const page = await listReceipts(snapshot.rows, scope, parked, { first: maxReplays, afterId: null })
    return replay(context, page.rows.map(({ id }) => id).reverse(), dryRun ?? false)
  }

  @FieldResolver(() => ID)
  id(@Root() { id }: ReceiptType): string {
    return encodeId('rcp', id)
  }

  @FieldResolver(() => AdvertiserType, { description: 'Whose it is.' })
  advertiser(@Root() { advertiserId }: ReceiptType, @Ctx() { catalogLoaders }: ReportingContext) {
    return catalogLoaders.advertiser.load(advertiserId)
  }

  @FieldResolver(() => ConversionType, { nullable: true, description: 'The conversion it made, changed or repeated.' })
  conversion(@Root() { conversionId }: ReceiptType, @Ctx() { reportingLoaders }: ReportingContext) {
    return conversionId && reportingLoaders.conversion.load(conversionId)
  }

  @FieldResolver(() => ConversionChangeType, { nullable: true, description: 'The line of the ledger that it led to.' })
  change(@Root() { id, conversionId }: ReceiptType, @Ctx() { reportingLoaders }: ReportingContext) {
    return conversionId && reportingLoaders.changeOfReceipt.load({ id, conversionId })
  }

  @FieldResolver(() => [String], {
    description:
      'Its story in plain words: what it was about, what it did to the books and why, a sentence or two each.',
  })
  async story(@Root() receipt: ReceiptType, @Ctx() context: ReportingContext) {
    const { reportingLoaders, catalogLoaders } = context
    const { id, conversionId } = receipt
    const [conversion, change] =
      conversionId === null
        ? [null, null]
        : await Promise.all([
            reportingLoaders.conversion.load(conversionId),
            reportingLoaders.changeOfReceipt.load({ id, conversionId }),
          ])
    const [campaign, affiliate] =
      conversion === null
        ? [null, null]
        : await Promise.all([
            catalogLoaders.campaign.load(conversion.campaignId),
            catalogLoaders.affiliate.load(conversion.affiliateId),
          ])
    return tellReceipt({
      ...{ receipt, conversion, change },
      ...{ campaign: campaign?.name ?? null, affiliate: affiliate?.name ?? null },
    })
  }
}
