import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { AdvertiserType } from '../catalog/advertiser.type.js'
import { AffiliateType } from '../catalog/affiliate.type.js'
import { CampaignType } from '../catalog/campaign.type.js'
import { ConversionStatusEnum } from '../catalog/enums.type.js'
import { LinkType } from '../catalog/link.type.js'
import { PageArgs, toConnection } from '../catalog/page.type.js'
import { readHead } from '../catalog/read-head.js'
import { readPageRequest } from '../database/page.js'
import { badInput, CodedError, forbidden, notFound } from '../kernel/errors.js'
import { decodeId, encodeId } from '../kernel/ids.js'
import { Cursor } from '../kernel/scalars.js'
import type { ConversionStatus } from '../kernel/vocabulary.js'
import { ConversionChangeType } from './change.type.js'
import { ClickType } from './click.type.js'
import type { ReportingContext } from './context.js'
import { ConversionConnectionType, ConversionType } from './conversion.type.js'
import { ConversionFilter } from './filters.input.js'
import { listConversions } from './read-conversions.js'
import { ReceiptType } from './receipt.type.js'

@ArgsType()
class ConversionArgs extends PageArgs {
  @Field(() => ConversionFilter, { nullable: true })
  filter!: ConversionFilter | null
}

const maxReason = 500

@Resolver(() => ConversionType)
export class ConversionResolver {
  @Query(() => ConversionType, { nullable: true })
  conversion(@Arg('id', () => ID) id: string, @Ctx() { reportingLoaders }: ReportingContext) {
    const conversionId = decodeId('cnv', id)
    return conversionId && reportingLoaders.conversion.load(conversionId)
  }

  @Query(() => ConversionConnectionType, { description: 'Newest received first.' })
  async conversions(
    @Args(() => ConversionArgs) { first, after, filter }: ConversionArgs,
    @Ctx() { snapshot, scope }: ReportingContext,
  ) {
    const request = readPageRequest('conversion', first, after)
    return toConnection('conversion', await listConversions(snapshot.rows, scope, filter ?? {}, request))
  }

  @Mutation(() => ConversionType, {
    description:
      'ADMIN. As a postback could: PENDING to APPROVED or REJECTED, APPROVED to REVERSED; and back from REJECTED or REVERSED to APPROVED.',
  })
  async setConversionStatus(
    @Arg('id', () => ID) id: string,
    @Arg('status', () => ConversionStatusEnum) status: ConversionStatus,
    @Arg('reason', () => String, { nullable: true }) reason: string | null,
    @Ctx() { scope, ledger, reportingLoaders }: ReportingContext,
  ) {
    if (scope.role !== 'ADMIN') throw forbidden('Only an ADMIN sets a status by hand.')
    if (reason != null && (reason.length > maxReason || /\p{Cc}/u.test(reason) || !reason.isWellFormed())) {
      throw badInput(`reason takes at most ${maxReason} characters, without control characters.`, 'reason')
    }
    const conversionId = decodeId('cnv', id)
    if (conversionId === null) throw notFound('conversion', 'id')
    const { workspaceId } = scope
    const answer = await ledger.setConversionStatus({ workspaceId, conversionId, status, reason: reason ?? null })
    if (answer.outcome === 'NOT_FOUND') throw notFound('conversion', 'id')
    if (answer.outcome === 'CONFLICT') throw new CodedError('CONFLICT', `${answer.reason.message}.`, 'status')
    reportingLoaders.clear()
    return reportingLoaders.conversion.load(conversionId)
  }

  @FieldResolver(() => ID)
  id(@Root() { id }: ConversionType): string {
    return encodeId('cnv', id)
  }

  @FieldResolver(() => CampaignType, { description: 'Whose goal was reached.' })
  campaign(@Root() { campaignId }: ConversionType, @Ctx() { catalogLoaders }: ReportingContext) {
    return catalogLoaders.campaign.load(campaignId)
  }

  @FieldResolver(() => AffiliateType, { description: 'Who is credited.' })
  affiliate(@Root() { affiliateId }: ConversionType, @Ctx() { catalogLoaders }: ReportingContext) {
    return catalogLoaders.affiliate.load(affiliateId)
  }

  @FieldResolver(() => AdvertiserType, { description: 'Whose campaign it is.' })
  advertiser(@Root() { advertiserId }: ConversionType, @Ctx() { catalogLoaders }: ReportingContext) {
    return catalogLoaders.advertiser.load(advertiserId)
  }

  @FieldResolver(() => LinkType, { nullable: true, description: 'Null where it was credited without a click.' })
  link(@Root() { linkId }: ConversionType, @Ctx() { catalogLoaders }: ReportingContext) {
    return linkId && catalogLoaders.link.load(linkId)
  }

  @FieldResolver(() => ClickType, {
    nullable: true,
    description: 'Null without a click, or when it was dropped with age.',
  })
  click(@Root() { clickId }: ConversionType, @Ctx() { reportingLoaders }: ReportingContext) {
    return clickId && reportingLoaders.click.load(clickId)
  }

  @FieldResolver(() => ReceiptType, { nullable: true, description: 'The request that made it; null for an AFFILIATE.' })
  receipt(@Root() { receiptId }: ConversionType, @Ctx() { reportingLoaders }: ReportingContext) {
    return reportingLoaders.receipt.load(receiptId)
  }

  @FieldResolver(() => [ConversionChangeType], { description: 'Its history, oldest first, at most a thousand.' })
  changes(@Root() { id }: ConversionType, @Ctx() { reportingLoaders }: ReportingContext) {
    return reportingLoaders.history.load(id)
  }
}

@Resolver(() => ConversionConnectionType)
export class ConversionConnectionResolver {
  @FieldResolver(() => Cursor, { description: 'The state of the books that this list is exactly at.' })
  async asOf(@Ctx() { snapshot, scope, cursors }: ReportingContext): Promise<string> {
    return cursors.seal(scope, await readHead(snapshot.rows, scope.workspaceId))
  }
}
