import type { Scope } from '../access/scope.js'
import { cutPage, type Page, type PageRequest } from '../database/page.js'
import type { Rows } from '../database/rows.js'
import { parseDay } from '../kernel/day.js'
import { badInput } from '../kernel/errors.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { CurrencyDay } from './check-rates.js'
import type { CurrencyRateFilter } from './currency-rate.input.js'
import type { CurrencyRateType } from './currency-rate.type.js'

const columns = `r.currency, r.day::text as day, trim_scale(r.rate)::text as rate, r.by_hand as "byHand",
  r.updated_at as "updatedAt"`

type RateRow = Omit<CurrencyRateType, 'id'>

const maxCurrencies = 200

/** A page of the workspace's rates, newest day first. They say what others' sales are worth: not for every eye. */
export async function listRates(
  rows: Rows,
  scope: Scope,
  { currencies, from, to }: CurrencyRateFilter,
  { first, afterId }: PageRequest,
): Promise<Page<CurrencyRateType>> {
  if (scope.role !== 'ADMIN' && scope.role !== 'ANALYST') return { rows: [], hasNextPage: false }
  if (currencies != null && currencies.length > maxCurrencies) {
    throw badInput(`currencies takes at most ${maxCurrencies}.`, 'filter.currencies')
  }
  const after = afterId === null ? null : readPlace(afterId)
  const found = await rows<RateRow>(
    `select ${columns} from currency_rate r
      where r.workspace_id = $1 and r.rate is not null
        and ($2::text[] is null or r.currency = any($2))
        and ($3::date is null or r.day >= $3) and ($4::date is null or r.day <= $4)
        and ($5::date is null or r.day <= $5 and (r.day < $5 or r.currency > $6))
      order by r.day desc, r.currency limit $7`,
    [scope.workspaceId, currencies ?? null, from ?? null, to ?? null, after?.day, after?.currency, first + 1],
  )
  return cutPage(found.map(withPlace), first)
}

/** These rates, in the order asked for; those that there are. */
export async function readRates(
  rows: Rows,
  workspaceId: WorkspaceId,
  wanted: readonly CurrencyDay[],
): Promise<CurrencyRateType[]> {
  const found = await rows<RateRow>(
    `select ${columns} from unnest($2::text[], $3::date[]) with ordinality w (currency, day, place)
       join currency_rate r on r.workspace_id = $1 and r.currency = w.currency and r.day = w.day
      where r.rate is not null order by w.place`,
    [workspaceId, wanted.map(({ currency }) => currency), wanted.map(({ day }) => day)],
  )
  return found.map(withPlace)
}

/** Page cursors carry sixteen bytes, mostly an id's. A rate's are its day and its currency, in letters. */
const withPlace = (row: RateRow): CurrencyRateType => ({
  ...row,
  id: Buffer.from(`${row.day}${row.currency}`.padEnd(16)).toString('hex'),
})

function readPlace(id: string): CurrencyDay {
  const [, day = '', currency = ''] =
    /^(.{10})([A-Z]{3}) {3}$/.exec(Buffer.from(id.replaceAll('-', ''), 'hex').toString('latin1')) ?? []
  if (parseDay(day) === null) throw badInput('This is no cursor of this list.', 'after')
  return { day, currency }
}

export interface KnownRate {
  /** In its shortest form. */
  readonly rate: string
  readonly byHand: boolean
}

/** The rates from a day on, by `currency day`. */
export async function readKnownRates(
  rows: Rows,
  workspaceId: WorkspaceId,
  from: string | null,
): Promise<Map<string, KnownRate>> {
  const found = await rows<RateRow>(
    `select ${columns} from currency_rate r where r.workspace_id = $1 and r.day >= $2 and r.rate is not null`,
    [workspaceId, from],
  )
  return new Map(found.map(({ currency, day, rate, byHand }) => [`${currency} ${day}`, { rate, byHand }]))
}
