import { defineEntity, p } from '@mikro-orm/postgresql'
import type { AdvertiserId, CampaignId, WorkspaceId } from '../kernel/ids.js'
import type { CampaignStatus } from '../kernel/vocabulary.js'

export const Campaign = defineEntity({
  name: 'Campaign',
  tableName: 'campaign',
  properties: {
    workspaceId: p.uuid().$type<WorkspaceId>().primary(),
    id: p.uuid().$type<CampaignId>().primary(),
    advertiserId: p.uuid().$type<AdvertiserId>(),
    name: p.text(),
    status: p.text().$type<CampaignStatus>(),
    destinationUrl: p.text(),
    fallbackUrl: p.text().strictNullable(),
    attributionWindowDays: p.integer(),
    clientSide: p.boolean(),
    createdAt: p.datetime(),
    catalogVersion: p.bigint('number'),
  },
})
