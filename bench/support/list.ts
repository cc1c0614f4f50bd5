import type pg from 'pg'
import type { Scope } from '../../src/access/scope.js'
import { readRecords } from '../../src/catalog/read-records.js'
import type { Rows } from '../../src/database/rows.js'
import { listConversions } from '../../src/reporting/read-conversions.js'

export const listLength = 50

/** What is asked of every server. */
export const listQuery = `{
  conversions(first: ${listLength}) {
    nodes { id status event saleAmount revenue payout occurredAt campaign { id name } affiliate { id name } }
  }
}`

/** How a server of ours to compare with is told of the books. */
export interface ListSetting {
  readonly database: pg.ClientConfig
  readonly scope: Scope
  readonly key: string
  readonly reading: Reading
}

/** In one transaction as the product does; each statement by itself; or the same rows every time, from memory. */
export type Reading = 'one snapshot' | 'no transaction' | 'memory'

/** One request's reads. */
export interface Opened {
  readonly rows: Rows
  end(): void
}

const beginning =
  'begin isolation level repeatable read, read only; set local statement_timeout = 2000; set local idle_in_transaction_session_timeout = 2000'

export function createOpen(pool: pg.Pool, reading: Reading): () => Opened {
  const ask: Rows = async (sql, values = []) => (await pool.query(sql, [...values])).rows
  if (reading === 'no transaction') return () => ({ rows: ask, end: () => undefined })
  if (reading === 'memory') {
    const rows = rememberRows(ask)
    return () => ({ rows, end: () => undefined })
  }
  return () => {
    let begun: Promise<pg.PoolClient> | null = null
    async function begin(): Promise<pg.PoolClient> {
      const client = await pool.connect()
      await client.query(beginning)
      return client
    }
    return {
      async rows(sql, values = []) {
        begun ??= begin()
        return (await (await begun).query(sql, [...values])).rows
      },
      // Not awaited, as the product does not: nothing was written.
      end: () => void begun?.then((client) => client.query('commit').then(() => client.release())),
    }
  }
}

/** Asks once, and gives the same from then on. */
export function rememberRows(rows: Rows): Rows {
  const known = new Map<string, Promise<never[]>>()
  return (sql, values = []) => {
    const question = `${sql} ${values.join()}`
    const answer = known.get(question) ?? rows<never>(sql, values)
    known.set(question, answer)
    return answer
  }
}

/** The product's own statements. */
export const readList = async (rows: Rows, scope: Scope) =>
  (await listConversions(rows, scope, {}, { first: listLength, afterId: null })).rows
export const readCampaigns = (rows: Rows, { workspaceId }: Scope, ids: readonly string[]) =>
  readRecords(rows, workspaceId, 'campaign', ids)
export const readAffiliates = (rows: Rows, { workspaceId }: Scope, ids: readonly string[]) =>
  readRecords(rows, workspaceId, 'affiliate', ids)
