import type { Scope } from '../access/scope.js'
import type { Orm } from '../database/orm.js'
import { rowsOf } from '../database/transaction.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { changeCatalogIfNeeded } from './change-catalog.js'
import { type CurrencyDay, checkCurrencyDays, checkRates, type DayRate, keptDays } from './check-rates.js'
import type { CatalogWrites } from './context.js'
import type { CurrencyDayInput, CurrencyRateInput } from './currency-rate.input.js'
import { requireAdmin } from './rights.js'

/** Sets rates by hand; resolves to what is kept now. */
export async function setRates(
  { orm, clock }: CatalogWrites,
  scope: Scope,
  inputs: readonly CurrencyRateInput[],
): Promise<readonly CurrencyDay[]> {
  requireAdmin(scope)
  const { workspaceId } = scope
  const rates = checkRates(inputs, await readCurrency(orm, workspaceId), clock())
  await writeRates(orm, workspaceId, rates, { byHand: true, nowMs: clock() })
  return rates
}

/**
 * Takes rates back, whoever set them; resolves to how many there were. What was converted keeps its rate, and the next
 * load may bring one again.
 */
export async function removeRates(
  { orm, clock }: CatalogWrites,
  scope: Scope,
  inputs: readonly CurrencyDayInput[],
): Promise<number> {
  requireAdmin(scope)
  const { workspaceId } = scope
  const days = checkCurrencyDays(inputs)
  return changeCatalogIfNeeded(orm, workspaceId, async (em, version) => {
    const removed = await rowsOf(em)<object>(
      `update currency_rate r set rate = null, by_hand = false, updated_at = $4, catalog_version = $5
         from unnest($2::text[], $3::date[]) w (currency, day)
        where r.workspace_id = $1 and r.currency = w.currency and r.day = w.day and r.rate is not null
       returning r.day`,
      [workspaceId, days.map(({ currency }) => currency), days.map(({ day }) => day), new Date(clock()), version],
    )
    return removed.length
  })
}

/**
 * Writes what is new or different, and of that only what a hand has not set, unless this is the hand. Resolves to how
 * many were written: none, and the catalog stays at its version. What has become too old to be asked for goes.
 */
export function writeRates(
  orm: Orm,
  workspaceId: WorkspaceId,
  rates: readonly DayRate[],
  { byHand, nowMs }: { readonly byHand: boolean; readonly nowMs: number },
): Promise<number> {
  return changeCatalogIfNeeded(orm, workspaceId, async (em, version) => {
    const rows = rowsOf(em)
    const written = await rows<object>(
      `insert into currency_rate as known (workspace_id, currency, day, rate, by_hand, updated_at, catalog_version)
       select $1, w.currency, w.day, w.rate, $5, $6, $7
         from unnest($2::text[], $3::date[], $4::numeric[]) w (currency, day, rate)
       on conflict (workspace_id, currency, day) do update
          set rate = excluded.rate, by_hand = excluded.by_hand, updated_at = excluded.updated_at,
              catalog_version = excluded.catalog_version
        where (known.rate, known.by_hand) is distinct from (excluded.rate, excluded.by_hand)
          and (excluded.by_hand or not known.by_hand)
       returning currency`,
      [
        workspaceId,
        rates.map(({ currency }) => currency),
        rates.map(({ day }) => day),
        rates.map(({ rate }) => rate),
        byHand,
        new Date(nowMs),
        version,
      ],
    )
    await rows(`delete from currency_rate where workspace_id = $1 and day < $2`, [workspaceId, keptDays(nowMs).from])
    return written.length
  })
}

async function readCurrency(orm: Orm, workspaceId: WorkspaceId): Promise<string> {
  const [workspace] = await rowsOf(orm.em.fork())<{ currency: string }>(
    `select currency from workspace where id = $1`,
    [workspaceId],
  )
  if (workspace === undefined) throw new Error(`workspace ${workspaceId} is not in the database`)
  return workspace.currency
}
