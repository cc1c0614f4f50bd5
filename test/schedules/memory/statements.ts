import { insertInto, moveHeads, unpark, updateRows } from './batch-writes.js'
import { changesStatement, readLines } from './changes-statement.js'
import * as lookUps from './look-ups.js'
import type { Draft, InsertedTable, Tables } from './tables.js'

/**
 * What each statement that the writer and the live side send does to the tables. It is the product's own SQL that comes
 * in: it is told apart by a part of its text, and a statement that is not known here is an error, so that nothing is
 * taken for granted that was never looked at. Conditions of look-ups are written again here, in a line or two each; that
 * the real SQL says the same is for the tests on a real database.
 */
export interface Statement {
  /** For whoever reads what happened. */
  readonly name: string
  /** The workspaces whose heads it locks, in the order in which it does. */
  locks?(values: Values): readonly string[]
  /** On what is committed when it begins; what it writes goes into the draft. */
  run(tables: Tables, values: Values, draft: Draft | null): object[]
  readonly writes?: true
}

export type Effect = Omit<Statement, 'name'>
export type Values = readonly unknown[]

const byPart: readonly (readonly [string, Effect, string])[] = [
  ['select workspace_id, epoch, position', lookUps.lockHeads, 'locks the heads'],
  ['else head_moved() end', lookUps.holdHeads, 'holds the heads'],
  ['update workspace_head h set position', moveHeads, 'moves the heads'],
  ['select workspace_id as "workspaceId", epoch', lookUps.readHeads, 'reads heads'],
  ['select * from click k', lookUps.readClicks, 'reads clicks'],
  ['v.transaction_id = w.transaction_id offset 0', lookUps.readByTransaction, 'reads orders'],
  ['v.transaction_id is null and not v.counts_each offset 0', lookUps.readByClick, 'reads by click'],
  ['select id from conversion v', lookUps.readBrought, 'reads what clicks brought'],
  [
    'join conversion c on c.workspace_id = w.workspace_id and c.id = w.id',
    lookUps.readConversions,
    'reads conversions',
  ],
  ['with replayed as (', lookUps.readParked, 'reads what waits'],
  ['join visit v using', lookUps.readVisits, 'reads visits'],
  ['join receipt r on r.workspace_id = w.workspace_id and r.id = w.id', lookUps.readReceipts, 'reads receipts'],
  ['join idempotency_key k using', lookUps.readKeys, 'reads keys'],
  ['from workspace w join workspace_head h', lookUps.readWorkspace, 'reads the workspace'],
  ['from advertiser where', lookUps.catalogRows('advertiser'), 'reads advertiser rows'],
  ['from affiliate where', lookUps.catalogRows('affiliate'), 'reads affiliate rows'],
  ['from campaign where', lookUps.catalogRows('campaign'), 'reads campaign rows'],
  ['from goal_version where', lookUps.catalogRows('goal_version'), 'reads goal_version rows'],
  ['from currency_rate where', lookUps.catalogRows('currency_rate'), 'reads currency_rate rows'],
  ['delete from parked_postback t using', unpark, 'unparks'],
  ['order by c.position limit $4', readLines, 'reads lines'],
]

const found = new Map<string, Statement>()

export function statementOf(sql: string): Statement {
  let known = found.get(sql)
  if (known === undefined) {
    known = recognise(sql)
    found.set(sql, known)
  }
  return known
}

function recognise(sql: string): Statement {
  const insert = /^(?:insert into|copy) (\w+) /.exec(sql)?.[1]
  if (insert !== undefined) {
    return { name: `writes ${insert}`, ...insertInto(insert as InsertedTable, sql.includes('on conflict')) }
  }
  const update = /^update (\w+) t set/.exec(sql)?.[1]
  if (update !== undefined) return { name: `updates ${update}`, ...updateRows(update) }
  if (sql.includes(' as matches\n')) return { name: 'reads changes', ...changesStatement(sql) }
  const fits = byPart.filter(([part]) => sql.includes(part))
  const [fit] = fits
  if (fit === undefined || fits.length > 1) throw new Error(`this world does not know the statement: ${sql}`)
  return { name: fit[2], ...fit[1] }
}
