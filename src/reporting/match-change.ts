import { type Scope, seesRevenue } from '../access/scope.js'
import { badInput } from '../kernel/errors.js'
import { type Money, money } from '../kernel/money.js'
import type { ConversionStatus } from '../kernel/vocabulary.js'
import type { LedgerChange } from '../ledger/ledger-change.js'
import { checkText, knownIds, limitedList, readSubs } from './filter-values.js'
import type { ConversionFilter } from './filters.input.js'

/** By what most filters tell changes apart: these can be looked up instead of asked one by one. */
export type Interest = { readonly by: 'campaignId' | 'affiliateId' | 'advertiserId'; readonly ids: readonly string[] }

export interface ChangeMatcher {
  /** True: its conversion passes after this change; false: it did before, and no longer does; null: neither. */
  match(change: LedgerChange): boolean | null
  /** Only changes of these can pass; null: any may. */
  readonly interest: Interest | null
}

type Test = (change: LedgerChange) => boolean

/**
 * What `readChanges` asks of the database, asked of a change in memory: whose rows the scope sees, then the filter. A
 * test holds the two against each other.
 */
export function createChangeMatcher(filter: ConversionFilter, scope: Scope): ChangeMatcher {
  const interest = interestOf(filter, scope)
  const fixed = fixedTests(filter, scope)
  const passes = movingTest(filter, scope)
  return {
    interest,
    match(change) {
      for (const test of fixed) if (!test(change)) return null
      if (passes === null || passes(change.status, change.revenue, null)) return true
      const { previousStatus } = change
      return previousStatus !== null && passes(previousStatus, change.revenue, change.revenueDelta) ? false : null
    },
  }
}

function interestOf(filter: ConversionFilter, scope: Scope): Interest | null {
  if (filter.campaignIds != null) return { by: 'campaignId', ids: knownIds('cmp', filter.campaignIds) }
  if (scope.role === 'AFFILIATE') return { by: 'affiliateId', ids: [scope.affiliateId] }
  if (filter.affiliateIds != null) return { by: 'affiliateId', ids: knownIds('aff', filter.affiliateIds) }
  if (scope.role === 'ADVERTISER') return { by: 'advertiserId', ids: [scope.advertiserId] }
  if (filter.advertiserIds != null) return { by: 'advertiserId', ids: knownIds('adv', filter.advertiserIds) }
  return null
}

type TextField = 'event' | 'source' | 'creative' | 'keyword' | 'placement' | 'country' | 'device'
type IdField = 'campaignId' | 'advertiserId' | 'affiliateId' | 'linkId' | 'clickId'

/** What of a conversion never changes. */
function fixedTests(filter: ConversionFilter, scope: Scope): Test[] {
  const tests: Test[] = []
  const oneOf = (field: IdField | TextField, values: readonly string[]) => {
    const wanted = new Set<string>(values)
    tests.push((change) => wanted.has(change[field] ?? ''))
  }
  const ids = (name: string, field: IdField, prefix: 'cmp' | 'adv' | 'aff' | 'lnk' | 'clk', values: Listed) => {
    const listed = limitedList(values, name)
    if (listed !== null) oneOf(field, knownIds(prefix, listed))
  }
  const texts = (name: string, field: TextField, values: Listed) => {
    const listed = limitedList(values, name)
    if (listed !== null) oneOf(field, listed)
  }
  if (scope.role === 'ADVERTISER') oneOf('advertiserId', [scope.advertiserId])
  if (scope.role === 'AFFILIATE') oneOf('affiliateId', [scope.affiliateId])
  ids('campaignIds', 'campaignId', 'cmp', filter.campaignIds)
  ids('advertiserIds', 'advertiserId', 'adv', filter.advertiserIds)
  ids('affiliateIds', 'affiliateId', 'aff', filter.affiliateIds)
  ids('linkIds', 'linkId', 'lnk', filter.linkIds)
  ids('clickIds', 'clickId', 'clk', filter.clickIds)
  texts('events', 'event', filter.events)
  texts('sources', 'source', filter.sources)
  texts('creatives', 'creative', filter.creatives)
  texts('keywords', 'keyword', filter.keywords)
  texts('placements', 'placement', filter.placements)
  texts('countries', 'country', filter.countries)
  texts('devices', 'device', filter.devices)
  const subs = Object.entries(readSubs(filter.subs))
  if (subs.length > 0) tests.push((change) => subs.every(([name, value]) => subOf(change, name) === value))
  const { transactionId, test, from, to } = filter
  if (transactionId != null) {
    checkText(transactionId, 'transactionId')
    tests.push((change) => change.transactionId === transactionId)
  }
  if (test != null) tests.push((change) => change.test === test)
  if (from != null) tests.push((change) => change.occurredAt >= from.getTime())
  if (to != null) tests.push((change) => change.occurredAt < to.getTime())
  return tests
}

type Listed = readonly string[] | null | undefined

const subOf = ({ subs }: LedgerChange, name: string) => (subs as Readonly<Record<string, string>>)[name]

/** What a change may move: asked of the state after it, and, with what it added to the revenue, of the one before. */
function movingTest(
  { statuses, minRevenue }: ConversionFilter,
  scope: Scope,
): ((status: ConversionStatus, revenue: string, added: string | null) => boolean) | null {
  if (minRevenue != null && !seesRevenue(scope)) throw badInput('Revenue is not visible to this key.', 'minRevenue')
  const wanted = limitedList(statuses, 'statuses')
  if (wanted === null && minRevenue == null) return null
  const least: Money | null = minRevenue == null ? null : money(minRevenue)
  return (status, revenue, added) => {
    if (wanted !== null && !wanted.includes(status)) return false
    if (least === null) return true
    return (added === null ? money(revenue) : money(revenue).minus(added)).gte(least)
  }
}
