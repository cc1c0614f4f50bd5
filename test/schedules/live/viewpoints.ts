import type { Scope } from '../../../src/access/scope.js'
import { type AffiliateId, encodeId } from '../../../src/kernel/ids.js'
import type { ConversionFilter } from '../../../src/reporting/filters.input.js'
import type { Row } from '../memory/tables.js'
import type { Shop } from '../shop.js'

/** A question that subscribers ask, and the model's own word on what it is answered with. */
export interface Viewpoint {
  readonly name: string
  /** Those of one number show a change in the same way. */
  readonly renderer: number
  readonly scope: Scope
  readonly filter: ConversionFilter
  /** Whether its conversion passes after a change; null: the change is not shown. */
  matches(change: Row): boolean | null
}

export function createViewpoints({ scope, affiliates, leads, workspaceId }: Shop): readonly Viewpoint[] {
  const ben = affiliates[1] as AffiliateId // there are two
  const { keyId } = scope
  const bens: Scope = { workspaceId, keyId, role: 'AFFILIATE', advertiserId: null, affiliateId: ben }
  const isApproved = (status: unknown) => status === 'APPROVED'
  return [
    { name: 'all', renderer: 1, scope, filter: {}, matches: () => true },
    {
      ...{ name: 'leads', renderer: 1, scope, filter: { campaignIds: [encodeId('cmp', leads)] } },
      matches: ({ campaign_id }) => (campaign_id === leads ? true : null),
    },
    {
      ...{ name: 'pending', renderer: 1, scope, filter: { statuses: ['PENDING'] } },
      matches: ({ status, previous_status }) =>
        !isApproved(status) ? true : previous_status === 'PENDING' ? false : null,
    },
    {
      ...{ name: 'ben’s', renderer: 2, scope: bens, filter: {} },
      matches: ({ affiliate_id }) => (affiliate_id === ben ? true : null),
    },
  ]
}

/** What subscribers are to see of a change. */
export const bodyOf = (change: Row, matches: boolean, { scope }: Viewpoint): string =>
  JSON.stringify({
    position: Number(change.position),
    kind: change.kind,
    status: change.status,
    matches,
    revenue: scope.role === 'AFFILIATE' ? null : change.revenue,
    payout: change.payout,
    conversion: change.conversion_id,
  })
