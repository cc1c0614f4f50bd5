import { type Scope, seesRevenue } from '../access/scope.js'
import type { Parameters } from '../database/parameters.js'
import { badInput } from '../kernel/errors.js'
import type { IdPrefix } from '../kernel/ids.js'
import { checkText, knownIds, limitedList, readSubs } from './filter-values.js'
import type { ClickFilter, ConversionFilter, ReceiptFilter } from './filters.input.js'

/** Puts a filter's parts into SQL, each only if it is given. */
function createConditions(at: Parameters) {
  const all: string[] = []
  return {
    all,
    texts(field: string, column: string, values: readonly string[] | null | undefined) {
      const wanted = limitedList(values, field)
      if (wanted !== null) all.push(`${column} = any(${at.bind(wanted, 'text[]')})`)
    },
    ids(field: string, column: string, prefix: IdPrefix, values: readonly string[] | null | undefined) {
      const wanted = limitedList(values, field)
      if (wanted !== null) all.push(`${column} = any(${at.bind(knownIds(prefix, wanted), 'uuid[]')})`)
    },
    is(field: string, column: string, type: string, value: unknown) {
      if (typeof value === 'string') checkText(value, field)
      if (value != null) all.push(`${column} = ${at.bind(value, type)}`)
    },
    between(column: string, from: Date | null | undefined, to: Date | null | undefined) {
      if (from != null) all.push(`${column} >= ${at.bind(from.toISOString(), 'timestamptz')}`)
      if (to != null) all.push(`${column} < ${at.bind(to.toISOString(), 'timestamptz')}`)
    },
    subs(column: string, subs: object | null | undefined) {
      for (const [name, value] of Object.entries(readSubs(subs))) {
        all.push(`${column} ->> '${name}' = ${at.bind(value, 'text')}`)
      }
    },
  }
}

/** Whose rows a scope sees, on a table that has advertiser_id and affiliate_id. */
export function scopeConditions(alias: string, scope: Scope, at: Parameters): string[] {
  const own = [`${alias}.workspace_id = ${at.bind(scope.workspaceId, 'uuid')}`]
  if (scope.role === 'ADVERTISER') own.push(`${alias}.advertiser_id = ${at.bind(scope.advertiserId, 'uuid')}`)
  if (scope.role === 'AFFILIATE') own.push(`${alias}.affiliate_id = ${at.bind(scope.affiliateId, 'uuid')}`)
  return own
}

/** What of a conversion never changes; `v` is the conversion. */
export function fixedConditions(filter: ConversionFilter, at: Parameters): string[] {
  const to = createConditions(at)
  to.ids('campaignIds', 'v.campaign_id', 'cmp', filter.campaignIds)
  to.ids('advertiserIds', 'v.advertiser_id', 'adv', filter.advertiserIds)
  to.ids('affiliateIds', 'v.affiliate_id', 'aff', filter.affiliateIds)
  to.ids('linkIds', 'v.link_id', 'lnk', filter.linkIds)
  to.ids('clickIds', 'v.click_id', 'clk', filter.clickIds)
  to.texts('events', 'v.event', filter.events)
  to.texts('sources', 'v.source', filter.sources)
  to.texts('creatives', 'v.creative', filter.creatives)
  to.texts('keywords', 'v.keyword', filter.keywords)
  to.texts('placements', 'v.placement', filter.placements)
  to.texts('countries', 'v.country', filter.countries)
  to.texts('devices', 'v.device', filter.devices)
  to.subs('v.subs', filter.subs)
  to.is('transactionId', 'v.transaction_id', 'text', filter.transactionId)
  to.is('test', 'v.test', 'boolean', filter.test)
  to.between('v.occurred_at', filter.from, filter.to)
  return to.all
}

/** What a change may move: asked of the state before it and of the state after. */
export function movingConditions(
  filter: ConversionFilter,
  scope: Scope,
  state: { status: string; revenue: string },
  at: Parameters,
): string[] {
  if (filter.minRevenue != null && !seesRevenue(scope))
    throw badInput('Revenue is not visible to this key.', 'minRevenue')
  const to = createConditions(at)
  to.texts('statuses', state.status, filter.statuses)
  if (filter.minRevenue != null) to.all.push(`${state.revenue} >= ${at.bind(filter.minRevenue, 'numeric')}`)
  return to.all
}

/**
 * Whether change `c` is shown: its conversion passed before it or after it, so that whoever keeps a list by the filter
 * also sees what leaves it. `matches` is whether it passes after.
 */
export function changeConditions(
  filter: ConversionFilter,
  scope: Scope,
  at: Parameters,
): { matches: string; passes: string } {
  const now = movingConditions(filter, scope, { status: 'c.status', revenue: 'c.revenue' }, at)
  const before = movingConditions(
    filter,
    scope,
    { status: 'c.previous_status', revenue: '(c.revenue - c.revenue_delta)' },
    at,
  )
  const matches = now.length === 0 ? 'true' : `(${now.join(' and ')})`
  const matched = before.length === 0 ? 'true' : `(c.previous_status is not null and ${before.join(' and ')})`
  return { matches, passes: `(${matches} or ${matched})` }
}

export function clickConditions(filter: ClickFilter, at: Parameters): string[] {
  const to = createConditions(at)
  to.ids('campaignIds', 'k.campaign_id', 'cmp', filter.campaignIds)
  to.ids('affiliateIds', 'k.affiliate_id', 'aff', filter.affiliateIds)
  to.ids('linkIds', 'k.link_id', 'lnk', filter.linkIds)
  to.texts('sources', 'k.source', filter.sources)
  to.subs('k.subs', filter.subs)
  to.is('bot', 'k.bot', 'boolean', filter.bot)
  to.between('k.at', filter.from, filter.to)
  return to.all
}

export function receiptConditions(filter: ReceiptFilter, at: Parameters): string[] {
  const to = createConditions(at)
  to.texts('outcomes', 'r.outcome', filter.outcomes)
  to.texts('reasonCodes', 'r.reason_code', filter.reasonCodes)
  to.ids('advertiserIds', 'r.advertiser_id', 'adv', filter.advertiserIds)
  to.is('transactionId', 'r.transaction_id', 'text', filter.transactionId)
  to.is('clickId', 'r.click_id', 'text', filter.clickId)
  to.between('r.at', filter.from, filter.to)
  return to.all
}
