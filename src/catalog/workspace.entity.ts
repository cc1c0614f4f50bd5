import { defineEntity, p } from '@mikro-orm/postgresql'
import type { WorkspaceId } from '../kernel/ids.js'

export const Workspace = defineEntity({
  name: 'Workspace',
  tableName: 'workspace',
  properties: {
    id: p.uuid().$type<WorkspaceId>().primary(),
    name: p.text(),
    currency: p.text(),
    timeZone: p.text(),
    createdAt: p.datetime(),
  },
})

/** Of the row that orders a workspace, what the catalog needs; the ledger writes the rest. */
export const WorkspaceHead = defineEntity({
  name: 'WorkspaceHead',
  tableName: 'workspace_head',
  properties: {
    workspaceId: p.uuid().$type<WorkspaceId>().primary(),
    catalogVersion: p.bigint('number'),
  },
})
