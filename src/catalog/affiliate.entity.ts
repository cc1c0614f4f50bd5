import { defineEntity, p } from '@mikro-orm/postgresql'
import type { AffiliateId, WorkspaceId } from '../kernel/ids.js'
import type { AffiliateStatus } from '../kernel/vocabulary.js'

export const Affiliate = defineEntity({
  name: 'Affiliate',
  tableName: 'affiliate',
  properties: {
    workspaceId: p.uuid().$type<WorkspaceId>().primary(),
    id: p.uuid().$type<AffiliateId>().primary(),
    name: p.text(),
    ref: p.text(),
    status: p.text().$type<AffiliateStatus>(),
    createdAt: p.datetime(),
    catalogVersion: p.bigint('number'),
  },
})
