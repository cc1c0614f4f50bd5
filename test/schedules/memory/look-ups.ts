import { serverError } from './errors.js'
import type { Effect, Values } from './statements.js'
import { type HeadRow, nameKey, type Row, type Tables, visitKey } from './tables.js'

/** The rows that were asked for, by two lists of the same length, as `unnest` reads them. */
function* pairs(values: Values, at = 0): Generator<readonly [string, string]> {
  const [workspaces, ids] = [values[at] as readonly string[], values[at + 1] as readonly string[]]
  for (const [index, workspace] of workspaces.entries()) yield [workspace, ids[index] as string]
}

const reads = (run: (tables: Tables, values: Values) => Iterable<object>): Effect => ({
  run: (tables, values) => [...run(tables, values)],
})

const byId = (rows: (tables: Tables) => ReadonlyMap<string, Row>, show: (row: Row, tables: Tables) => object) =>
  reads(function* (tables, values) {
    for (const [workspace, id] of pairs(values)) {
      const row = rows(tables).get(id)
      if (row?.workspace_id === workspace) yield show(row, tables)
    }
  })

const ms = (instant: unknown): number | null => (instant === null ? null : Date.parse(String(instant)))
const headText = (head: HeadRow) => ({
  workspace_id: head.workspace_id,
  epoch: String(head.epoch),
  position: String(head.position),
  revision: String(head.revision),
  receipt_sequence: String(head.receipt_sequence),
  catalog_version: String(head.catalog_version),
})
const conversionRow = (row: Row) => ({
  ...row,
  occurred_at_ms: ms(row.occurred_at),
  received_at_ms: ms(row.received_at),
  clicked_at_ms: ms(row.clicked_at),
  changed_at_ms: ms(row.changed_at),
})

function* conversionsWhere(tables: Tables, values: Values, fits: (row: Row, key: string) => boolean): Generator<Row> {
  for (const [workspace, key] of pairs(values)) {
    for (const row of tables.conversions.values()) if (row.workspace_id === workspace && fits(row, key)) yield row
  }
}

export const lockHeads: Effect = {
  locks: ([ids]) => [...(ids as readonly string[])].sort(),
  run: ({ heads }, [ids]) =>
    [...(ids as readonly string[])].sort().flatMap((id) => {
      const head = heads.get(id)
      return head === undefined
        ? []
        : [{ ...headText(head), stamp: String(head.stamp), booked_at_ms: String(ms(head.booked_at)) }]
    }),
}

type Expected = Omit<HeadRow, 'booked_at'>
const expectedOf = ([json]: Values) => JSON.parse(String(json)) as readonly Expected[]
export const holdHeads: Effect = {
  locks: (values) =>
    expectedOf(values)
      .map(({ workspace_id }) => workspace_id)
      .sort(),
  run({ heads }, values) {
    const isThere = (expected: Expected) => {
      const head = heads.get(expected.workspace_id)
      return (
        head !== undefined && Object.entries(expected).every(([name, value]) => head[name as keyof HeadRow] === value)
      )
    }
    if (!expectedOf(values).every(isThere)) throw serverError('PB001', 'the books have moved on since this was decided')
    return [{ case: true }]
  },
}

export const readHeads = reads(function* ({ heads }, [ids]) {
  for (const id of ids as readonly string[]) {
    const head = heads.get(id)
    if (head === undefined) continue
    const text = headText(head)
    yield {
      workspaceId: id,
      epoch: text.epoch,
      position: text.position,
      revision: text.revision,
      receiptSequence: text.receipt_sequence,
      catalogVersion: text.catalog_version,
    }
  }
})

const parkedShown = (row: Row) => ({ ...row, at_ms: ms(row.at) })
const transactionOf = ({ request }: Row) => (request as { transactionId: string | null }).transactionId

export const readParked = reads(({ parked }, values) => {
  const rows = [...parked.values()]
  const direct = new Set<Row>()
  for (const [workspace, click] of pairs(values, 0)) {
    for (const row of rows) if (row.workspace_id === workspace && row.click_id === click) direct.add(row)
  }
  for (const [workspace, transaction] of pairs(values, 2)) {
    for (const row of rows) if (row.workspace_id === workspace && row.transaction_id === transaction) direct.add(row)
  }
  for (const [workspace, receipt] of pairs(values, 4)) {
    const replayed = rows.find((row) => row.workspace_id === workspace && row.receipt_id === receipt)
    if (replayed === undefined) continue
    direct.add(replayed)
    if (replayed.transaction_id !== null || replayed.click_id === null) continue
    for (const row of rows) if (row.workspace_id === workspace && row.click_id === replayed.click_id) direct.add(row)
  }
  const all = new Set(direct)
  for (const one of direct) {
    for (const row of rows) {
      const isOfOne = row.workspace_id === one.workspace_id && row.transaction_id === transactionOf(one)
      if (isOfOne && row.transaction_id !== null) all.add(row)
    }
  }
  return [...all].map(parkedShown)
})

export const readVisits = reads(function* ({ visits }, [workspaces, days, links, tests, visitors]) {
  const column = (values: unknown) => values as readonly unknown[]
  for (const [index, workspace_id] of column(workspaces).entries()) {
    const visit = visits.get(
      visitKey({
        ...{ workspace_id, day: column(days)[index], link_id: column(links)[index] },
        ...{ test: column(tests)[index], visitor: column(visitors)[index] },
      }),
    )
    if (visit !== undefined) yield { ...visit, workspaceId: visit.workspace_id, linkId: visit.link_id }
  }
})

export const readKeys = reads(function* ({ keys, receipts }, [workspaces, advertisers, names]) {
  for (const [index, workspace_id] of (workspaces as readonly string[]).entries()) {
    const [advertiser_id, key] = [(advertisers as readonly string[])[index], (names as readonly string[])[index]]
    const row = keys.get(nameKey({ workspace_id, advertiser_id, key }))
    if (row === undefined) continue
    yield {
      ...{ workspaceId: workspace_id, advertiserId: advertiser_id, key, receiptId: row.receipt_id },
      ...{ atMs: ms(row.at), digest: row.digest },
      conversionId: receipts.get(String(row.receipt_id))?.conversion_id ?? null,
    }
  }
})

const receiptShown = (row: Row) => ({
  workspaceId: row.workspace_id,
  id: row.id,
  outcome: row.outcome,
  httpStatus: row.http_status,
  reasonCode: row.reason_code,
  reason: row.reason,
  field: row.field,
  conversionId: row.conversion_id,
})

export const readWorkspace = reads(({ heads }, [id]) => {
  const head = heads.get(String(id))
  const fixed = { currency: 'EUR', time_zone: 'UTC', erasure_key: null }
  return head === undefined ? [] : [{ ...fixed, catalog_version: String(head.catalog_version) }]
})

export const catalogRows = (table: keyof Tables['catalog']) =>
  reads(({ catalog }, [workspace, since, upTo]) =>
    catalog[table].filter(
      ({ workspace_id, catalog_version: version }) =>
        workspace_id === workspace && version > Number(since) && version <= Number(upTo),
    ),
  )

export const readClicks = byId(
  ({ clicks }) => clicks,
  (row) => ({ ...row, at_ms: ms(row.at) }),
)
export const readConversions = byId(({ conversions }) => conversions, conversionRow)
export const readReceipts = byId(({ receipts }) => receipts, receiptShown)

export const readByTransaction = reads((tables, values) =>
  conversionsWhere(tables, values, (row, id) => row.transaction_id === id).map(conversionRow),
)
export const readByClick = reads((tables, values) =>
  conversionsWhere(
    tables,
    values,
    (row, id) => row.click_id === id && row.transaction_id === null && row.counts_each !== true,
  ).map(conversionRow),
)
export const readBrought = reads((tables, values) =>
  conversionsWhere(tables, values, (row, id) => row.click_id === id).map((row) => ({
    ...{ workspaceId: row.workspace_id, clickId: row.click_id, id: row.id },
  })),
)
