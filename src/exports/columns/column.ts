import { type Scope, seesPayout, seesRevenue } from '../../access/scope.js'
import type { IdPrefix } from '../../kernel/ids.js'
import type { MetricName } from '../../reporting/metrics.js'

/**
 * A column of an export: what both formats write it from, and what a data dictionary says of it. Plain data.
 *
 * `text` is whatever outsiders may have written; `word` one of a list of ours; `decimal` exact, and a string in NDJSON;
 * `count` and `ratio` are numbers there too.
 */
export interface Column {
  /** As in the header of a CSV file and in each object of NDJSON. */
  readonly name: string
  readonly description: string
  readonly type: 'id' | 'text' | 'word' | 'decimal' | 'count' | 'ratio' | 'time' | 'boolean' | 'cursor'
  readonly read: Read
  /** Who sees it; absent: everybody. For the others it is there, and empty. */
  readonly only?: 'revenue' | 'payout' | 'receipts'
}

/** What a cell is made of. `sql` is read in the export's own statement, once however many columns are made of it. */
export type Read =
  | { readonly from: 'value'; readonly sql: string }
  | { readonly from: 'id'; readonly sql: string; readonly prefix: IdPrefix }
  /** A name out of the catalog, by the id of its record. */
  | { readonly from: 'catalog'; readonly sql: string; readonly name: CatalogName }
  /** One of the sub-ids in an object of them. */
  | { readonly from: 'subs'; readonly sql: string; readonly sub: string }
  /** A position in the ledger. */
  | { readonly from: 'position'; readonly sql: string }
  /** A figure that is worked out of a row's sums. */
  | { readonly from: 'sums'; readonly metric: MetricName }

export type CatalogName = 'campaign' | 'advertiser' | 'affiliate' | 'affiliateRef'

const sees: Readonly<Record<NonNullable<Column['only']>, (scope: Scope) => boolean>> = {
  revenue: seesRevenue,
  payout: seesPayout,
  receipts: ({ role }) => role !== 'AFFILIATE',
}

export const isVisible = ({ only }: Column, scope: Scope): boolean => only === undefined || sees[only](scope)

type Only = Column['only']

const column = (name: string, type: Column['type'], read: Read, description: string, only?: Only): Column =>
  only === undefined ? { name, description, type, read } : { name, description, type, read, only }

export const id = (name: string, prefix: IdPrefix, sql: string, description: string, only?: Only): Column =>
  column(name, 'id', { from: 'id', sql, prefix }, description, only)

export const value = (
  name: string,
  type: 'text' | 'word' | 'decimal' | 'time' | 'boolean',
  sql: string,
  description: string,
  only?: Only,
): Column => column(name, type, { from: 'value', sql }, description, only)

export const catalogName = (name: string, of: CatalogName, sql: string, description: string): Column =>
  column(name, 'text', { from: 'catalog', sql, name: of }, description)

export const sub = (name: string, sql: string): Column =>
  column(name, 'text', { from: 'subs', sql, sub: name }, `The affiliate's own parameter ${name}.`)

export const cursor = (name: string, sql: string, description: string): Column =>
  column(name, 'cursor', { from: 'position', sql }, description)

export const metric = (
  name: string,
  type: 'count' | 'decimal' | 'ratio',
  of: MetricName,
  description: string,
  only?: Only,
): Column => column(name, type, { from: 'sums', metric: of }, description, only)
