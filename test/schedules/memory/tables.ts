/** What is committed. Rows have the columns of the real tables, with the values that a batch sends as JSON. */
export type Row = Readonly<Record<string, unknown>>

export interface HeadRow {
  workspace_id: string
  epoch: number
  position: number
  revision: number
  receipt_sequence: number
  catalog_version: number
  booked_at: string
  stamp: number
}

export interface Tables {
  readonly heads: Map<string, HeadRow>
  /** By the id of the row. */
  readonly receipts: Map<string, Row>
  readonly clicks: Map<string, Row>
  readonly conversions: Map<string, Row>
  /** By the receipt that waits. */
  readonly parked: Map<string, Row>
  /** By workspace; position 1 is at 0. */
  readonly changes: Map<string, Row[]>
  readonly visits: Map<string, Row>
  readonly keys: Map<string, Row>
  /** What unique indexes hold, each with the name of its index before it. */
  readonly uniques: Set<string>
  readonly catalog: Readonly<
    Record<'advertiser' | 'affiliate' | 'campaign' | 'goal_version' | 'currency_rate', CatalogRow[]>
  >
}

export type CatalogRow = Record<string, unknown> & { workspace_id: string; catalog_version: number }

export const createTables = (): Tables => ({
  heads: new Map(),
  receipts: new Map(),
  clicks: new Map(),
  conversions: new Map(),
  parked: new Map(),
  changes: new Map(),
  visits: new Map(),
  keys: new Map(),
  uniques: new Set(),
  catalog: { advertiser: [], affiliate: [], campaign: [], goal_version: [], currency_rate: [] },
})

/** What one transaction will have written once it commits. */
export interface Draft {
  readonly inserted: Readonly<Record<InsertedTable, Row[]>>
  readonly uniques: Set<string>
  readonly updates: (() => void)[]
  readonly heads: HeadRow[]
}

export type InsertedTable =
  | 'receipt'
  | 'click'
  | 'conversion'
  | 'conversion_change'
  | 'parked_postback'
  | 'visit'
  | 'idempotency_key'

export const createDraft = (): Draft => ({
  inserted: {
    receipt: [],
    click: [],
    conversion: [],
    conversion_change: [],
    parked_postback: [],
    visit: [],
    idempotency_key: [],
  },
  uniques: new Set(),
  updates: [],
  heads: [],
})

/** All of it at once, as a COMMIT does. */
export function applyDraft(tables: Tables, draft: Draft): void {
  const { inserted } = draft
  for (const row of inserted.receipt) tables.receipts.set(String(row.id), row)
  for (const row of inserted.click) tables.clicks.set(String(row.id), row)
  for (const row of inserted.conversion) tables.conversions.set(String(row.id), row)
  for (const row of inserted.parked_postback) tables.parked.set(String(row.receipt_id), row)
  for (const row of inserted.visit) tables.visits.set(visitKey(row), row)
  for (const row of inserted.idempotency_key) tables.keys.set(nameKey(row), row)
  for (const row of inserted.conversion_change) {
    const changes = tables.changes.get(String(row.workspace_id)) ?? []
    tables.changes.set(String(row.workspace_id), changes)
    changes[Number(row.position) - 1] = row
  }
  for (const unique of draft.uniques) tables.uniques.add(unique)
  for (const update of draft.updates) update()
}

export const visitKey = ({ workspace_id, day, link_id, test, visitor }: Row): string =>
  `${workspace_id} ${day} ${link_id} ${test} ${visitor}`
export const nameKey = ({ workspace_id, advertiser_id, key }: Row): string => `${workspace_id} ${advertiser_id} ${key}`
