import { serverError } from './errors.js'
import type { Effect, Values } from './statements.js'
import { type HeadRow, type InsertedTable, type Row, type Tables, visitKey } from './tables.js'

const rowsIn = ([json]: Values) => JSON.parse(String(json)) as Row[]

/** What of a row nobody else may have, with the name of the index that says so. */
const uniques: Readonly<Record<InsertedTable, (row: Row) => readonly (readonly [string, string])[]>> = {
  receipt: ({ workspace_id, id }) => [['receipt_pkey', `${workspace_id} ${id}`]],
  click: ({ workspace_id, id }) => [['click_pkey', `${workspace_id} ${id}`]],
  parked_postback: () => [],
  visit: () => [],
  idempotency_key: () => [],
  conversion_change: ({ workspace_id, position }) => [['conversion_change_pkey', `${workspace_id} ${position}`]],
  conversion: (row) => {
    const { workspace_id, id, transaction_id, campaign_id, click_id, event, line, counts_each } = row
    const primary = ['conversion_pkey', `${workspace_id} ${id}`] as const
    if (transaction_id !== null) {
      return [primary, ['conversion_order', `${workspace_id} ${transaction_id} ${campaign_id} ${event} ${line}`]]
    }
    if (click_id === null || counts_each === true) return [primary]
    return [primary, ['conversion_order_by_click', `${workspace_id} ${click_id} ${event}`]]
  },
}

/** Orders whose number begins so have something that the database does not take. */
export const badOrder = 'bad'

export const insertInto = (table: InsertedTable, mayConflict: boolean): Effect => ({
  writes: true,
  run(tables, values, draft) {
    for (const row of rowsIn(values)) {
      if (table === 'conversion' && String(row.transaction_id).startsWith(badOrder)) {
        throw serverError('22003', 'numeric field overflow')
      }
      for (const [index, value] of uniques[table](row)) {
        const key = `${index} ${value}`
        if (tables.uniques.has(key) || draft?.uniques.has(key)) {
          throw serverError('23505', `duplicate key value violates unique constraint "${index}"`, index)
        }
        draft?.uniques.add(key)
      }
      if (table === 'parked_postback' && tables.parked.has(String(row.receipt_id))) {
        throw serverError('23505', 'duplicate key value', 'parked_postback_pkey')
      }
      const isThere = mayConflict && table === 'visit' && tables.visits.has(visitKey(row))
      if (!isThere) draft?.inserted[table].push(row)
    }
    return []
  },
})

const keyed = {
  conversion: (tables: Tables, { id }: Row) => [tables.conversions, String(id)] as const,
  receipt: (tables: Tables, { id }: Row) => [tables.receipts, String(id)] as const,
  parked_postback: (tables: Tables, { receipt_id }: Row) => [tables.parked, String(receipt_id)] as const,
}

export function updateRows(table: string): Effect {
  const find = keyed[table as keyof typeof keyed]
  if (find === undefined) throw new Error(`this world does not know how ${table} is updated`)
  return {
    writes: true,
    run(tables, values, draft) {
      for (const row of rowsIn(values)) {
        draft?.updates.push(() => {
          const [rows, id] = find(tables, row)
          const before = rows.get(id)
          if (before?.workspace_id === row.workspace_id) rows.set(id, { ...before, ...row })
        })
      }
      return []
    },
  }
}

export const unpark: Effect = {
  writes: true,
  run(tables, values, draft) {
    for (const { receipt_id } of rowsIn(values)) {
      draft?.updates.push(() => void tables.parked.delete(String(receipt_id)))
    }
    return []
  },
}

export const moveHeads: Effect = {
  writes: true,
  run({ heads }, [json], draft) {
    for (const moved of JSON.parse(String(json)) as HeadRow[]) {
      draft?.heads.push(moved)
      draft?.updates.push(() => Object.assign(heads.get(moved.workspace_id) ?? {}, moved))
    }
    return []
  },
}
