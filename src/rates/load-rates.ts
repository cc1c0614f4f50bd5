import { type DayRate, keptDays, maxRatesAtOnce } from '../catalog/check-rates.js'
import { type KnownRate, readKnownRates } from '../catalog/read-rates.js'
import { writeRates } from '../catalog/write-rates.js'
import type { Orm } from '../database/orm.js'
import type { Rows } from '../database/rows.js'
import { rowsOf } from '../database/transaction.js'
import type { Clock } from '../kernel/clock.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { crossRates } from './cross-rates.js'
import { parseSheet } from './parse-sheet.js'
import { readSource, type SourceLimits } from './read-source.js'

/** What a load did to one workspace's rates. */
export interface LoadedRates {
  readonly workspaceId: WorkspaceId
  readonly name: string
  readonly currency: string
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  /** Different from the source's, and left as they were set by hand. */
  readonly keptByHand: number
  /** The first and the last day that the source has rates of for this workspace; null where it has none. */
  readonly days: readonly [from: string, to: string] | null
  /** Why it could not be written. */
  readonly error: unknown
}

export interface RateLoading {
  readonly orm: Orm
  readonly clock: Clock
  readonly limits: SourceLimits
}

/**
 * Reads the source, and writes to every workspace what is new or different for it. To load the same again changes
 * nothing, so any node may do it at any time. What goes wrong with one workspace does not keep it from the others.
 */
export async function loadRates(loading: RateLoading, source: string, signal?: AbortSignal): Promise<LoadedRates[]> {
  const sheet = parseSheet(await readSource(source, loading.limits, signal))
  const rows = rowsOf(loading.orm.em.fork())
  const workspaces = await rows<Workspace>(`select id, name, currency from workspace order by id`)
  const { from, to } = keptDays(loading.clock())
  const loaded: LoadedRates[] = []
  for (const [currency, alike] of Map.groupBy(workspaces, (workspace) => workspace.currency)) {
    const rates = crossRates(sheet, currency, from, to)
    for (const workspace of alike) {
      signal?.throwIfAborted()
      loaded.push(await loadWorkspace(loading, rows, workspace, rates))
    }
  }
  return loaded
}

interface Workspace {
  readonly id: WorkspaceId
  readonly name: string
  readonly currency: string
}

async function loadWorkspace(
  { orm, clock }: RateLoading,
  rows: Rows,
  { id: workspaceId, name, currency }: Workspace,
  rates: readonly DayRate[],
): Promise<LoadedRates> {
  const days = rates.map(({ day }) => day).sort()
  const report = { workspaceId, name, currency, days: rangeOf(days) }
  const counts = { added: 0, changed: 0, unchanged: 0, keptByHand: 0 }
  try {
    // Read without the lock, so that a load that brings nothing new keeps nobody waiting.
    const known = await readKnownRates(rows, workspaceId, days[0] ?? null)
    const wanted: DayRate[] = []
    for (const rate of rates) {
      const kind = compare(rate, known.get(`${rate.currency} ${rate.day}`))
      counts[kind] += 1
      if (kind === 'added' || kind === 'changed') wanted.push(rate)
    }
    for (let at = 0; at < wanted.length; at += maxRatesAtOnce) {
      const some = wanted.slice(at, at + maxRatesAtOnce)
      await writeRates(orm, workspaceId, some, { byHand: false, nowMs: clock() })
    }
    return { ...report, ...counts, error: null }
  } catch (error) {
    return { ...report, ...counts, error }
  }
}

function compare({ rate }: DayRate, known: KnownRate | undefined): 'added' | 'changed' | 'unchanged' | 'keptByHand' {
  if (known === undefined) return 'added'
  if (known.rate === rate) return 'unchanged'
  return known.byHand ? 'keptByHand' : 'changed'
}

function rangeOf(sorted: readonly string[]): readonly [string, string] | null {
  const [first, last] = [sorted[0], sorted.at(-1)]
  return first === undefined || last === undefined ? null : [first, last]
}
