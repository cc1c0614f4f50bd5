import type { Effect } from './statements.js'
import type { Row, Tables } from './tables.js'

/** Columns whose name in a line of the ledger is not their own. */
const lineNames: readonly (readonly [string, string])[] = [
  ['advertiser_id', 'advertiserId'],
  ['campaign_id', 'campaignId'],
  ['affiliate_id', 'affiliateId'],
  ['link_id', 'linkId'],
  ['click_id', 'clickId'],
  ['receipt_id', 'receiptId'],
  ['transaction_id', 'transactionId'],
]
const instants: readonly (readonly [string, string])[] = [
  ['occurred_at', 'occurredAt'],
  ['received_at', 'receivedAt'],
  ['clicked_at', 'clickedAt'],
]
const texts = ['source', 'creative', 'keyword', 'placement', 'country', 'device'] as const

/** A change and its conversion as both statements select them; made once, for rows of changes never change. */
const lines = new WeakMap<Row, object>()

export function lineOf({ conversions }: Tables, change: Row): object {
  let line = lines.get(change)
  if (line !== undefined) return line
  const conversion = conversions.get(String(change.conversion_id)) ?? {}
  line = {
    position: String(change.position),
    kind: change.kind,
    changedAt: Date.parse(String(change.at)),
    reason: change.reason,
    status: change.status,
    previousStatus: change.previous_status,
    amount: change.amount,
    saleAmount: change.sale_amount,
    revenue: change.revenue,
    payout: change.payout,
    saleAmountDelta: change.sale_amount_delta,
    revenueDelta: change.revenue_delta,
    payoutDelta: change.payout_delta,
    id: conversion.id,
    event: conversion.event,
    line: conversion.line,
    test: conversion.test,
    currency: conversion.currency,
    rate: conversion.rate,
    subs: conversion.subs,
    ...Object.fromEntries(lineNames.map(([column, name]) => [name, conversion[column]])),
    ...Object.fromEntries(
      instants.map(([column, name]) => [
        name,
        conversion[column] === null ? null : Date.parse(String(conversion[column])),
      ]),
    ),
    ...Object.fromEntries(texts.map((name) => [name, conversion[name] || null])),
  }
  lines.set(change, line)
  return line
}

const stretch = (tables: Tables, workspace: unknown, after: unknown, upTo: unknown): readonly Row[] =>
  (tables.changes.get(String(workspace)) ?? []).slice(Number(after), Number(upTo))

/** `readLedger`. */
export const readLines: Effect = {
  run: (tables, [workspace, after, upTo, limit]) =>
    stretch(tables, workspace, after, upTo)
      .slice(0, Number(limit))
      .map((change) => ({ ...lineOf(tables, change) })),
}

/** `readChanges`, with a scope and a filter by campaign or status, as far as a schedule has any. */
export function changesStatement(sql: string): Effect {
  const place = (pattern: RegExp): number | null => {
    const number = pattern.exec(sql)?.[1]
    return number === undefined ? null : Number(number) - 1
  }
  const workspace = place(/c\.workspace_id = \$(\d+)::uuid/)
  const affiliate = place(/c\.affiliate_id = \$(\d+)::uuid/)
  const after = place(/c\.position > \$(\d+)::bigint/)
  const upTo = place(/c\.position <= \$(\d+)::bigint/)
  const campaigns = place(/v\.campaign_id = any\(\$(\d+)::uuid\[\]\)/)
  const statuses = place(/c\.status = any\(\$(\d+)::text\[\]\)/)
  const before = place(/c\.previous_status = any\(\$(\d+)::text\[\]\)/)
  const limit = Number(/ limit (\d+)$/.exec(sql)?.[1])
  const places = [workspace, affiliate, after, upTo, campaigns, statuses, before].filter((one) => one !== null)
  if (places.length !== new Set(sql.match(/\$\d+/g)).size || after === null || upTo === null || workspace === null) {
    throw new Error(`this world does not know the statement: ${sql}`)
  }
  const isIn = (values: readonly unknown[], at: number | null, value: unknown) =>
    at === null || (values[at] as readonly unknown[]).includes(value)
  return {
    run: (tables, values) =>
      stretch(tables, values[workspace], values[after], values[upTo])
        .filter((change) => affiliate === null || change.affiliate_id === values[affiliate])
        .filter((change) => isIn(values, campaigns, change.campaign_id))
        .map((change) => ({ change, matches: isIn(values, statuses, change.status) }))
        .filter(
          ({ change, matches }) =>
            matches || (change.previous_status !== null && isIn(values, before, change.previous_status)),
        )
        .slice(0, limit)
        .map(({ change, matches }) => ({ ...lineOf(tables, change), matches })),
  }
}
