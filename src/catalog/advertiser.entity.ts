import { defineEntity, p } from '@mikro-orm/postgresql'
import type { AdvertiserId, WorkspaceId } from '../kernel/ids.js'
import type { Preset } from '../kernel/vocabulary.js'

export const Advertiser = defineEntity({
  name: 'Advertiser',
  tableName: 'advertiser',
  properties: {
    workspaceId: p.uuid().$type<WorkspaceId>().primary(),
    id: p.uuid().$type<AdvertiserId>().primary(),
    name: p.text(),
    preset: p.text().$type<Preset>(),
    allowedIps: p.array().$type<string[]>(),
    requireSignature: p.boolean(),
    createdAt: p.datetime(),
    catalogVersion: p.bigint('number'),
  },
})
