import { type Scope, seesPayout } from '../access/scope.js'
import { cutPage, type Page, type PageRequest } from '../database/page.js'
import { createParameters } from '../database/parameters.js'
import type { Rows } from '../database/rows.js'
import type { ClickId } from '../kernel/ids.js'
import { ms } from '../ledger/read-ledger.js'
import type { ClickType } from './click.type.js'
import { clickConditions, scopeConditions } from './conditions.js'
import type { ClickFilter } from './filters.input.js'

const texts = ['source', 'creative', 'keyword', 'placement', 'country', 'region', 'language', 'device', 'os', 'browser']

const columns = `k.id, k.campaign_id as "campaignId", k.affiliate_id as "affiliateId", k.link_id as "linkId", ${ms('k.at')} as at,
  k.test, k.bot, k.subs, k.cost, k.external_id as "externalId", k.external_kind as "externalKind",
  ${texts.map((column) => `nullif(k.${column}, '') as ${column}`).join(', ')}`

export async function listClicks(
  rows: Rows,
  scope: Scope,
  filter: ClickFilter,
  { first, afterId }: PageRequest,
): Promise<Page<ClickType>> {
  const at = createParameters()
  const conditions = [...scopeConditions('k', scope, at), ...clickConditions(filter, at)]
  if (afterId !== null) conditions.push(`k.id < ${at.bind(afterId, 'uuid')}`)
  const found = await rows<ClickType>(
    `select ${columns} from click k where ${conditions.join(' and ')} order by k.id desc limit ${first + 1}`,
    at.values,
  )
  return cutPage(
    found.map((row) => hideCost(row, scope)),
    first,
  )
}

/** Those of the ids that the scope sees, in any order. */
export async function readClicks(rows: Rows, scope: Scope, ids: readonly ClickId[]): Promise<ClickType[]> {
  const at = createParameters()
  const sorted = [...ids].sort()
  const conditions = [
    ...scopeConditions('k', scope, at),
    `k.id = any(${at.bind(ids, 'uuid[]')})`,
    // Tells the server which months it need not open.
    `k.id between ${at.bind(sorted[0], 'uuid')} and ${at.bind(sorted.at(-1), 'uuid')}`,
  ]
  const found = await rows<ClickType>(`select ${columns} from click k where ${conditions.join(' and ')}`, at.values)
  return found.map((row) => hideCost(row, scope))
}

const hideCost = (click: ClickType, scope: Scope): ClickType => (seesPayout(scope) ? click : { ...click, cost: null })
