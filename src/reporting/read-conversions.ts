import { type Scope, seesPayout, seesRevenue } from '../access/scope.js'
import { cutPage, type Page, type PageRequest } from '../database/page.js'
import { createParameters } from '../database/parameters.js'
import type { Rows } from '../database/rows.js'
import type { ClickId, ConversionId } from '../kernel/ids.js'
import { fixedColumns } from '../ledger/read-ledger.js'
import { fixedConditions, movingConditions, scopeConditions } from './conditions.js'
import type { ConversionType } from './conversion.type.js'
import type { ConversionFilter } from './filters.input.js'

const columns = `${fixedColumns}, v.status, v.amount, v.sale_amount as "saleAmount", v.revenue, v.payout`

/** Takes away what this viewer may not see. */
export function hideMoney<Row extends Partial<Record<HiddenField, string | null>>>(row: Row, scope: Scope): Row {
  const hidden: Partial<Record<HiddenField, null>> = {}
  if (!seesRevenue(scope)) Object.assign(hidden, hiddenFromAffiliates)
  if (!seesPayout(scope)) Object.assign(hidden, hiddenFromAdvertisers)
  return { ...row, ...hidden }
}

const hiddenFromAffiliates = { amount: null, rate: null, saleAmount: null, revenue: null } as const
const hiddenFromAdvertisers = { payout: null } as const
type HiddenField = keyof typeof hiddenFromAffiliates | keyof typeof hiddenFromAdvertisers

export async function listConversions(
  rows: Rows,
  scope: Scope,
  filter: ConversionFilter,
  { first, afterId }: PageRequest,
): Promise<Page<ConversionType>> {
  const at = createParameters()
  const conditions = [
    ...scopeConditions('v', scope, at),
    ...fixedConditions(filter, at),
    ...movingConditions(filter, scope, { status: 'v.status', revenue: 'v.revenue' }, at),
  ]
  if (afterId !== null) conditions.push(`v.id < ${at.bind(afterId, 'uuid')}`)
  const found = await rows<ConversionType>(
    `select ${columns} from conversion v where ${conditions.join(' and ')} order by v.id desc limit ${first + 1}`,
    at.values,
  )
  return cutPage(
    found.map((row) => hideMoney(row, scope)),
    first,
  )
}

/** Those of the ids that the scope sees, in any order. */
export async function readConversions(
  rows: Rows,
  scope: Scope,
  ids: readonly ConversionId[],
): Promise<ConversionType[]> {
  const at = createParameters()
  const conditions = [...scopeConditions('v', scope, at), `v.id = any(${at.bind(ids, 'uuid[]')})`]
  const found = await rows<ConversionType>(
    `select ${columns} from conversion v where ${conditions.join(' and ')}`,
    at.values,
  )
  return found.map((row) => hideMoney(row, scope))
}

const maxPerClick = 1_000

/** What came of each click, oldest first, at most a thousand. */
export async function readConversionsOfClicks(
  rows: Rows,
  scope: Scope,
  clickIds: readonly ClickId[],
): Promise<Map<ClickId, ConversionType[]>> {
  const found = await rows<ConversionType>(
    `select ${columns} from unnest($2::uuid[]) as w (click_id)
      cross join lateral (
        select * from conversion x where x.workspace_id = $1::uuid and x.click_id = w.click_id order by x.id limit ${maxPerClick}
      ) v`,
    [scope.workspaceId, clickIds],
  )
  return Map.groupBy(
    found.map((row) => hideMoney(row, scope)),
    (row) => row.clickId as ClickId, // joined by it
  )
}
