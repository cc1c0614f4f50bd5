import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Big } from 'big.js'
import { decodeId } from '../../src/kernel/ids.js'
import { checkFeed } from '../journey/check-feed.js'
import type { RoamingSubscriber } from '../journey/roaming-subscriber.js'
import type { StartedServer } from '../support/server.js'
import type { Attempt } from './journal.js'
import type { ExpectedChange } from './load.js'

/**
 * What is promised, held against what a sender's journal knows:
 *
 * I1  acked ⊆ ledger ⊆ sent, each once, and what was insisted on is there exactly once
 * I2  every request that was answered with a receipt has that receipt, as it was told; the others have at most one,
 *     those that were refused none, and there is none of nobody
 * I3  roll-ups = a recount of the raw rows, and = the sums of what was sent, to the last decimal
 * I4  each subscriber saw the ledger's positions, without a gap and without a repeat
 */
export type CheckName = 'I1' | 'I2' | 'I3' | 'I4'

/** What is wrong, by the promise that it breaks. */
export interface Finding {
  readonly check: CheckName | 'other'
  readonly what: string
}

export interface BookedChange {
  readonly cursor: string
  readonly kind: string
  readonly status: string
  readonly saleAmount: string
  readonly conversion: { readonly id: string; readonly transactionId: string }
}

export type Query = <Row extends object>(sql: string) => Promise<Row[]>

const maxTold = 5

/** All findings of a kind in a few lines: what is broken is broken a thousand times. */
function told(check: CheckName, all: readonly string[]): Finding[] {
  const findings = all.slice(0, maxTold).map((what): Finding => ({ check, what }))
  return all.length > maxTold ? [...findings, { check, what: `and ${all.length - maxTold} more` }] : findings
}

export function checkLedger(
  ledger: readonly BookedChange[],
  expected: ReadonlyMap<string, readonly ExpectedChange[]>,
  attempts: readonly Attempt[],
): Finding[] {
  const problems: string[] = []
  const booked = Map.groupBy(ledger, ({ conversion }) => conversion.transactionId)
  const sent = new Set(attempts.map(({ step }) => step.transactionId))
  const show = (changes: readonly ExpectedChange[]) =>
    changes.map(({ kind, status, saleAmount }) => `${kind} ${status} ${new Big(saleAmount).toFixed(4)}`).join(', ')
  for (const [txid, changes] of booked) {
    if (!sent.has(txid)) problems.push(`${txid} is in the ledger and was never sent`)
    if (new Set(changes.map(({ conversion }) => conversion.id)).size > 1) problems.push(`${txid} is two conversions`)
  }
  for (const [txid, changes] of expected) {
    const found = show(booked.get(txid) ?? [])
    if (found !== show(changes)) problems.push(`${txid} should be ${show(changes)}, and is ${found || 'nowhere'}`)
  }
  for (const { step, name, conversion } of attempts) {
    const is = booked.get(step.transactionId)?.[0]?.conversion.id
    if (conversion !== null && conversion !== is) problems.push(`${name} was told ${conversion}, which is ${is}`)
  }
  return told('I1', problems)
}

/** Clicks carry the name of their request as a sub-id. */
export async function checkClicks(query: Query, attempts: readonly Attempt[]): Promise<Finding[]> {
  const problems: string[] = []
  const rows = await query<{ id: string; name: string | null }>(`select id, subs ->> 'sub1' as name from click`)
  const booked = Map.groupBy(rows, ({ name }) => name ?? '')
  for (const { name, step, state, receipt } of attempts) {
    if (step.kind !== 'click') continue
    const found = booked.get(name) ?? []
    booked.delete(name)
    if (found.length > 1) problems.push(`click ${name} is booked ${found.length} times`)
    if (state === 'ACKED' && found[0]?.id !== decodeId('clk', receipt ?? ''))
      problems.push(`click ${name} was redirected as ${receipt}, and is ${found[0]?.id ?? 'not booked'}`)
  }
  for (const name of booked.keys()) problems.push(`click ${name} is booked and was never made`)
  return told('I1', problems)
}

interface BookedReceipt {
  readonly id: string
  readonly outcome: string
  readonly name: string | null
}

/** What a receipt may say later of a postback that was answered so. */
const laterOutcomes: Readonly<Record<string, readonly string[]>> = {
  QUEUED: ['ACCEPTED', 'UPDATED', 'DUPLICATE', 'CONFLICT', 'UNMATCHED'],
  UNMATCHED: ['UNMATCHED', 'ACCEPTED', 'UPDATED', 'DUPLICATE'],
}

export async function checkReceipts(query: Query, attempts: readonly Attempt[]): Promise<Finding[]> {
  const problems: string[] = []
  const receipts = await query<BookedReceipt>(
    `select id, outcome, substring(url || ' ' || coalesce(body, '') from 'req"?[=:]"?([0-9]+\\.[0-9]+)') as name
       from receipt`,
  )
  const booked = Map.groupBy(receipts, ({ name }) => name ?? '')
  for (const { name, step, state, receipt, outcome, said } of attempts) {
    if (step.kind === 'click') continue
    const found = booked.get(name) ?? []
    booked.delete(name)
    const [first] = found
    if (found.length > 1) problems.push(`${step.kind} ${name} has ${found.length} receipts`)
    if (state === 'REFUSED' && first !== undefined) problems.push(`${name} was refused, ${said}, and has a receipt`)
    if (state !== 'ACKED') continue
    if (first?.id !== decodeId('rcp', receipt ?? ''))
      problems.push(`${name} was told receipt ${receipt}, and has ${first?.id ?? 'none'}`)
    else if (!(laterOutcomes[outcome ?? ''] ?? [outcome]).includes(first.outcome))
      problems.push(`${name} was told ${outcome}, and its receipt says ${first.outcome}`)
  }
  for (const [name, found] of booked) problems.push(`${found.length} receipts are of ${name || 'nobody'}`)
  return told('I2', problems)
}

const execute = promisify(execFile)
const recountProgram = fileURLToPath(new URL('../../src/recount-rollups.js', import.meta.url))

/** The product's own recount, as an operator runs it. */
export async function checkRollups(environment: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { PATH, HOME } = process.env
  try {
    await execute(process.execPath, [recountProgram, 'verify'], { env: { PATH, HOME, ...environment } })
    return []
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    const lines = `${stdout}\n${stderr}`
      .split('\n')
      .filter((line) => line !== '' && !line.endsWith('as the raw rows say'))
    return told('I3', lines.length === 0 ? [String(error)] : lines)
  }
}

interface Totals {
  readonly conversions: number
  readonly saleAmount: string
  readonly revenue: string
  readonly payout: string
}

const decimals = 4
/** Half to even, as the books round. */
const rounding = 2

/** The figures of a report, against what was sent, in exact decimals. */
export async function checkTotals(
  node: StartedServer,
  expected: ReadonlyMap<string, readonly ExpectedChange[]>,
  shares: { readonly revenuePercent: string; readonly payout: string },
): Promise<Finding[]> {
  const counted = [...expected.values()].map((changes) => changes.at(-1)).filter((last) => last !== undefined)
  const standing = counted.filter(({ status }) => status === 'PENDING' || status === 'APPROVED')
  const sum = (each: (amount: Big) => Big) =>
    standing.reduce((total, { saleAmount }) => total.plus(each(new Big(saleAmount))), new Big(0)).toFixed(decimals)
  const should: Totals = {
    conversions: standing.length,
    saleAmount: sum((amount) => amount),
    revenue: sum((amount) => amount.times(shares.revenuePercent).div(100).round(decimals, rounding)),
    payout: sum(() => new Big(shares.payout)),
  }
  const { performance } = await node.ask<{ performance: { totals: Totals } }>(
    '{ performance(query: {range: LAST_7_DAYS}) { totals { conversions saleAmount revenue payout } } }',
  )
  const toFour = (value: string | number) => new Big(value).toFixed(decimals)
  const is = performance.totals
  const problems = (['conversions', 'saleAmount', 'revenue', 'payout'] as const)
    .filter((figure) => toFour(is[figure]) !== toFour(should[figure]))
    .map((figure) => `${figure} should be ${should[figure]}, and the report says ${is[figure]}`)
  return told('I3', problems)
}

export function checkSubscribers(
  ledger: readonly BookedChange[],
  subscribers: readonly RoamingSubscriber[],
): Finding[] {
  const problems = subscribers.flatMap(({ seen, complaints }, index) =>
    [...complaints, ...checkFeed(ledger, seen)].map((problem) => `subscriber ${index}: ${problem}`),
  )
  return told('I4', problems)
}
