import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import type { AdvertiserId, AffiliateId, KeyId, WorkspaceId } from '../kernel/ids.js'
import type { Role } from '../kernel/vocabulary.js'

export const AccessKey = defineEntity({
  name: 'AccessKey',
  tableName: 'access_key',
  properties: {
    workspaceId: p.uuid().$type<WorkspaceId>().primary(),
    id: p.uuid().$type<KeyId>().primary(),
    name: p.text(),
    role: p.text().$type<Role>(),
    advertiserId: p.uuid().$type<AdvertiserId>().strictNullable(),
    affiliateId: p.uuid().$type<AffiliateId>().strictNullable(),
    createdAt: p.datetime(),
    lastUsedAt: p.datetime().strictNullable(),
    revokedAt: p.datetime().strictNullable(),
  },
})

export type AccessKeyEntity = InferEntity<typeof AccessKey>
