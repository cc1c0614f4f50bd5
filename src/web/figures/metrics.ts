import type { Viewer } from '../graph/use-viewer'

export type Role = Viewer['role']

/** How a figure is written: a whole number, money, money for one of something, a share. */
export type FigureKind = 'count' | 'money' | 'unitMoney' | 'share' | 'multiple'

export interface Metric {
  readonly name: string
  readonly kind: FigureKind
  /** How it comes about, as docs and schema have it. */
  readonly formula: string
  /** The same for an AFFILIATE, where it differs. */
  readonly affiliateFormula?: string
  /** Whether more is better, worse, or neither. */
  readonly better?: 'more' | 'less'
}

/** All figures of a report, under the names that the schema gives them. */
export const metrics = {
  clicks: { name: 'Clicks', kind: 'count', formula: 'People’s clicks; bots’ are counted apart.', better: 'more' },
  uniqueClicks: {
    name: 'Unique clicks',
    kind: 'count',
    formula: 'People’s clicks, one per visitor, link and day (UTC).',
  },
  botClicks: { name: 'Bot clicks', kind: 'count', formula: 'Machines’ clicks; in no other figure but cost.' },
  conversions: { name: 'Conversions', kind: 'count', formula: 'pending + approved', better: 'more' },
  pending: { name: 'Pending', kind: 'count', formula: 'Conversions yet to be confirmed by the advertiser.' },
  approved: { name: 'Approved', kind: 'count', formula: 'Conversions that are confirmed.', better: 'more' },
  rejected: { name: 'Rejected', kind: 'count', formula: 'Conversions refused before approval.', better: 'less' },
  reversed: { name: 'Reversed', kind: 'count', formula: 'Conversions taken back after approval.', better: 'less' },
  saleAmount: {
    name: 'Sale amount',
    kind: 'money',
    formula: 'The sum of sale amounts over pending and approved conversions.',
    better: 'more',
  },
  revenue: {
    name: 'Revenue',
    kind: 'money',
    formula: 'What advertisers pay: the sum over pending and approved conversions.',
    better: 'more',
  },
  approvedRevenue: { name: 'Approved revenue', kind: 'money', formula: 'Revenue of approved conversions alone.' },
  payout: {
    name: 'Payout',
    kind: 'money',
    formula: 'What affiliates earn: the sum over pending and approved conversions.',
  },
  approvedPayout: { name: 'Approved payout', kind: 'money', formula: 'Payout of approved conversions alone.' },
  cost: { name: 'Cost', kind: 'money', formula: 'What all clicks cost, bots’ too.', better: 'less' },
  profit: {
    name: 'Profit',
    kind: 'money',
    formula: 'revenue − payout − cost',
    affiliateFormula: 'payout − cost',
    better: 'more',
  },
  conversionRate: { name: 'Conversion rate', kind: 'share', formula: 'conversions / clicks', better: 'more' },
  approvalRate: {
    name: 'Approval rate',
    kind: 'share',
    formula: 'approved / (approved + rejected + reversed)',
    better: 'more',
  },
  earningsPerClick: {
    name: 'Earnings per click',
    kind: 'unitMoney',
    formula: 'revenue / clicks',
    affiliateFormula: 'payout / clicks',
    better: 'more',
  },
  costPerAction: { name: 'Cost per action', kind: 'unitMoney', formula: 'cost / conversions', better: 'less' },
  averageOrderValue: {
    name: 'Average order value',
    kind: 'unitMoney',
    formula: 'sale amount / conversions',
    better: 'more',
  },
  returnOnInvestment: { name: 'Return on investment', kind: 'share', formula: 'profit / cost', better: 'more' },
  returnOnAdSpend: {
    name: 'Return on ad spend',
    kind: 'multiple',
    formula: 'revenue / cost',
    affiliateFormula: 'payout / cost',
    better: 'more',
  },
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof metrics

/** A figure as it comes: exact decimals as text, counts and shares as numbers; null where it is hidden or undefined. */
export type FigureValue = string | number | null

/** How a metric comes about, for these eyes. */
export function formulaOf(metric: Metric, role: Role): string {
  return role === 'AFFILIATE' ? (metric.affiliateFormula ?? metric.formula) : metric.formula
}

const ofRevenue: readonly MetricName[] = ['saleAmount', 'revenue', 'approvedRevenue', 'averageOrderValue']
const ofPayout: readonly MetricName[] = [
  'payout',
  'approvedPayout',
  'cost',
  'costPerAction',
  'profit',
  'returnOnInvestment',
  'returnOnAdSpend',
]

/** What a role may not see has no column: it would be empty for ever. */
export function isVisible(name: MetricName, role: Role): boolean {
  if (role === 'AFFILIATE') return !ofRevenue.includes(name)
  return role !== 'ADVERTISER' || !ofPayout.includes(name)
}
