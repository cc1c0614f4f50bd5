import { Arg, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql'
import { AdvertiserType } from '../catalog/advertiser.type.js'
import { AffiliateType } from '../catalog/affiliate.type.js'
import { CampaignType } from '../catalog/campaign.type.js'
import { LinkType } from '../catalog/link.type.js'
import type { ReportingContext } from './context.js'
import { explainTo } from './explain-report.js'
import { PerformanceInput, PerformanceReportType, PerformanceRowType } from './performance.type.js'
import { readQuestion } from './question.js'
import { readReport } from './read-performance.js'

@Resolver()
export class PerformanceResolver {
  @Query(() => PerformanceReportType, { description: 'Figures of all that the viewer sees.' })
  performance(
    @Arg('query', () => PerformanceInput) query: PerformanceInput,
    @Ctx() { snapshot, scope, cursors, clock, explained }: ReportingContext,
  ) {
    const reader = { rows: snapshot.rows, scope, cursors, nowMs: clock(), explain: explainTo(explained) }
    return readReport(reader, readQuestion(query, scope))
  }
}

@Resolver(() => CampaignType)
export class CampaignPerformanceResolver {
  @FieldResolver(() => PerformanceReportType, { description: 'Its own figures; on a list, one read for all of it.' })
  performance(
    @Root() { id }: CampaignType,
    @Arg('query', () => PerformanceInput) query: PerformanceInput,
    @Ctx() { reportingLoaders }: ReportingContext,
  ) {
    return reportingLoaders.report('campaign_id', id, query)
  }
}

@Resolver(() => AffiliateType)
export class AffiliatePerformanceResolver {
  @FieldResolver(() => PerformanceReportType, { description: 'Its own figures; on a list, one read for all of it.' })
  performance(
    @Root() { id }: AffiliateType,
    @Arg('query', () => PerformanceInput) query: PerformanceInput,
    @Ctx() { reportingLoaders }: ReportingContext,
  ) {
    return reportingLoaders.report('affiliate_id', id, query)
  }
}

@Resolver(() => PerformanceRowType)
export class PerformanceRowResolver {
  @FieldResolver(() => CampaignType, { nullable: true, description: 'With CAMPAIGN in `groupBy`.' })
  campaign(@Root() { campaignId }: PerformanceRowType, @Ctx() { catalogLoaders }: ReportingContext) {
    return campaignId && catalogLoaders.campaign.load(campaignId)
  }

  @FieldResolver(() => AdvertiserType, { nullable: true, description: 'With ADVERTISER in `groupBy`.' })
  advertiser(@Root() { advertiserId }: PerformanceRowType, @Ctx() { catalogLoaders }: ReportingContext) {
    return advertiserId && catalogLoaders.advertiser.load(advertiserId)
  }

  @FieldResolver(() => AffiliateType, { nullable: true, description: 'With AFFILIATE in `groupBy`.' })
  affiliate(@Root() { affiliateId }: PerformanceRowType, @Ctx() { catalogLoaders }: ReportingContext) {
    return affiliateId && catalogLoaders.affiliate.load(affiliateId)
  }

  @FieldResolver(() => LinkType, { nullable: true, description: 'With LINK in `groupBy`.' })
  link(@Root() { linkId }: PerformanceRowType, @Ctx() { catalogLoaders }: ReportingContext) {
    return linkId && catalogLoaders.link.load(linkId)
  }
}
