import { defineEntity, p } from '@mikro-orm/postgresql'
import type { AffiliateId, CampaignId, LinkId, WorkspaceId } from '../kernel/ids.js'
import type { Subs } from '../kernel/vocabulary.js'

export const Link = defineEntity({
  name: 'Link',
  tableName: 'link',
  properties: {
    workspaceId: p.uuid().$type<WorkspaceId>().primary(),
    id: p.uuid().$type<LinkId>().primary(),
    campaignId: p.uuid().$type<CampaignId>(),
    affiliateId: p.uuid().$type<AffiliateId>(),
    source: p.text(),
    creative: p.text(),
    keyword: p.text(),
    placement: p.text(),
    subs: p.json<Subs>(),
    destinationUrl: p.text().strictNullable(),
    createdAt: p.datetime(),
  },
})
