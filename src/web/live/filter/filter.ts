import type { RecordKind } from '../../controls/records'
import type { Role } from '../../figures/metrics'
import type { ConversionFilter } from '../../generated/live/feed/feed'
import type { Dimension } from '../../generated/live/filter/filter'

export type Filter = ConversionFilter
export type FieldName = keyof Filter
export type Status = NonNullable<Filter['statuses']>[number]

/** How a field is chosen, written and read. */
export type Field = { readonly name: FieldName; readonly title: string; readonly hiddenFrom?: Role } & (
  | { readonly kind: 'statuses' }
  /** Ids of records that have names. */
  | { readonly kind: 'records'; readonly of: RecordKind }
  /** Any of some texts; `dimension` is the one whose values can be looked up. */
  | { readonly kind: 'texts'; readonly dimension?: Dimension; readonly example?: string }
  | { readonly kind: 'subs' }
  | { readonly kind: 'text' }
  | { readonly kind: 'money' }
  | { readonly kind: 'instant' }
  | { readonly kind: 'tests' }
)

/** All that the API's filter has, in the order in which it is asked for. */
export const fields: readonly Field[] = [
  { name: 'statuses', title: 'Status', kind: 'statuses' },
  { name: 'test', title: 'Tests', kind: 'tests' },
  { name: 'campaignIds', title: 'Campaign', kind: 'records', of: 'campaign' },
  { name: 'affiliateIds', title: 'Affiliate', kind: 'records', of: 'affiliate', hiddenFrom: 'AFFILIATE' },
  { name: 'advertiserIds', title: 'Advertiser', kind: 'records', of: 'advertiser', hiddenFrom: 'ADVERTISER' },
  { name: 'events', title: 'Event', kind: 'texts', dimension: 'EVENT' },
  { name: 'transactionId', title: 'Order id', kind: 'text' },
  { name: 'minRevenue', title: 'Revenue of at least', kind: 'money', hiddenFrom: 'AFFILIATE' },
  { name: 'sources', title: 'Source', kind: 'texts', dimension: 'SOURCE' },
  { name: 'creatives', title: 'Creative', kind: 'texts', dimension: 'CREATIVE' },
  { name: 'keywords', title: 'Keyword', kind: 'texts', dimension: 'KEYWORD' },
  { name: 'placements', title: 'Placement', kind: 'texts', dimension: 'PLACEMENT' },
  { name: 'countries', title: 'Country', kind: 'texts', dimension: 'COUNTRY' },
  { name: 'devices', title: 'Device', kind: 'texts', dimension: 'DEVICE' },
  { name: 'subs', title: 'Sub parameter', kind: 'subs' },
  { name: 'linkIds', title: 'Link id', kind: 'texts', example: 'lnk_…' },
  { name: 'clickIds', title: 'Click id', kind: 'texts', example: 'clk_…' },
  { name: 'from', title: 'Occurred from', kind: 'instant' },
  { name: 'to', title: 'Occurred before', kind: 'instant' },
]

export const fieldsFor = (role: Role): readonly Field[] => fields.filter(({ hiddenFrom }) => hiddenFrom !== role)

export const statuses: readonly Status[] = ['PENDING', 'APPROVED', 'REJECTED', 'REVERSED']

export const decimalText = /^\d{1,12}(\.\d{1,8})?$/
export const subText = /^(sub(?:[1-9]|10))=(.*)$/s
