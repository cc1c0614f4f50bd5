import type { Rows } from '../../src/database/rows.js'
import { encodeId, type Id, type IdPrefix } from '../../src/kernel/ids.js'
import type { Canaries } from './canaries.js'
import { type Mark, ways } from './eyes.js'
import type { Tenant } from './make-tenant.js'

interface Row {
  readonly kind: IdPrefix
  readonly id: string
  readonly workspace: string
  readonly advertiser: string | null
  readonly affiliate: string | null
  readonly campaign: string | null
}

const everyId = `
  select 'wsp' as kind, id, id as workspace, null::uuid as advertiser, null::uuid as affiliate, null::uuid as campaign
    from workspace
  union all select 'adv', id, workspace_id, id, null, null from advertiser
  union all select 'aff', id, workspace_id, null, id, null from affiliate
  union all select 'cmp', id, workspace_id, advertiser_id, null, id from campaign
  union all select 'lnk', id, workspace_id, null, affiliate_id, campaign_id from link
  union all select 'key', id, workspace_id, null, null, null from access_key
  union all select 'clk', id, workspace_id, advertiser_id, affiliate_id, campaign_id from click
  union all select 'cnv', id, workspace_id, advertiser_id, affiliate_id, campaign_id from conversion
  union all select 'rcp', id, workspace_id, advertiser_id, null, null from receipt`

/** Notes every id that is in the database, with whose it is. */
export async function noteIds(rows: Rows, canaries: Canaries, tenants: readonly Tenant[]): Promise<void> {
  for (const row of await rows<Row>(everyId)) {
    const tenant = tenants.find(({ scope }) => scope.workspaceId === row.workspace)
    if (tenant !== undefined) canaries.addId(row.kind, row.id, markOf(row, tenant))
  }
}

function markOf({ kind, advertiser, affiliate, campaign }: Row, tenant: Tenant): Mark {
  const place = (ids: readonly string[], prefix: IdPrefix, id: string | null) =>
    id === null ? -1 : ids.indexOf(encodeId(prefix, id as Id<typeof prefix>)) // as the database has it
  const ofAdvertiser = place(tenant.advertisers, 'adv', advertiser)
  const ofAffiliate = place(tenant.affiliates, 'aff', affiliate)
  const ofCampaign = place(tenant.campaigns, 'cmp', campaign)
  switch (kind) {
    case 'wsp':
      return tenant.mark('workspace')
    case 'adv':
      return tenant.mark('campaign', ofAdvertiser)
    case 'cmp':
      // One that was made later has no affiliates yet.
      return ofCampaign === -1 ? tenant.mark('requests', ofAdvertiser) : tenant.mark('campaign', ofCampaign)
    case 'aff':
      return tenant.mark('affiliate', ofAffiliate)
    case 'rcp':
      return tenant.mark('requests', ofAdvertiser)
    case 'key':
      return tenant.mark('keys')
    default:
      return tenant.mark(
        'way',
        ways.findIndex((way) => way.campaign === ofCampaign && way.affiliate === ofAffiliate),
      )
  }
}
