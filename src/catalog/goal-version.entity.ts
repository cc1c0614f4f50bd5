import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import type { CampaignId, WorkspaceId } from '../kernel/ids.js'
import type { ConversionStatus, DuplicatePolicy, PriceKind } from '../kernel/vocabulary.js'

export const GoalVersion = defineEntity({
  name: 'GoalVersion',
  tableName: 'goal_version',
  properties: {
    workspaceId: p.uuid().$type<WorkspaceId>().primary(),
    campaignId: p.uuid().$type<CampaignId>().primary(),
    event: p.text().primary(),
    number: p.integer().primary(),
    active: p.boolean(),
    ordinal: p.integer(),
    revenueKind: p.text().$type<PriceKind>(),
    revenueValue: p.decimal('string').strictNullable(),
    payoutKind: p.text().$type<PriceKind>(),
    payoutValue: p.decimal('string').strictNullable(),
    startsAs: p.text().$type<ConversionStatus>(),
    duplicates: p.text().$type<DuplicatePolicy>(),
    inForceFrom: p.datetime(),
    catalogVersion: p.bigint('number'),
  },
})

export type GoalVersionEntity = InferEntity<typeof GoalVersion>
