import type { Scope } from '../access/scope.js'

/** The kinds of records that the catalog lists. */
export type CatalogKind = 'advertiser' | 'affiliate' | 'campaign' | 'link' | 'key'

/**
 * Which rows a scope sees, as a SQL condition on row `r`. $1 is the workspace and $2 the viewer's own advertiser or
 * affiliate, null for those who see everything. Lists and look-ups by id share these; what is reached from a visible
 * record (a link's campaign, a conversion's affiliate) is not asked again.
 */
const everything = '$2::uuid is null'
const nothing = '$2::uuid is null and false'

const advertisersView: Record<CatalogKind, string> = {
  advertiser: 'r.id = $2',
  campaign: 'r.advertiser_id = $2',
  affiliate: `exists (
    select from link l join campaign c on c.workspace_id = l.workspace_id and c.id = l.campaign_id
     where l.workspace_id = $1 and l.affiliate_id = r.id and c.advertiser_id = $2)`,
  link: `exists (select from campaign c where c.workspace_id = $1 and c.id = r.campaign_id and c.advertiser_id = $2)`,
  key: nothing,
}

const affiliatesView: Record<CatalogKind, string> = {
  advertiser: `exists (
    select from link l join campaign c on c.workspace_id = l.workspace_id and c.id = l.campaign_id
     where l.workspace_id = $1 and l.affiliate_id = $2 and c.advertiser_id = r.id)`,
  campaign: `exists (select from link l where l.workspace_id = $1 and l.campaign_id = r.id and l.affiliate_id = $2)`,
  affiliate: 'r.id = $2',
  link: 'r.affiliate_id = $2',
  key: nothing,
}

export function visible(scope: Scope, kind: CatalogKind): string {
  switch (scope.role) {
    case 'ADMIN':
      return everything
    case 'ANALYST':
      return kind === 'key' ? nothing : everything
    case 'ADVERTISER':
      return advertisersView[kind]
    case 'AFFILIATE':
      return affiliatesView[kind]
  }
}

/** The values of $1 and $2 above. */
export const viewerValues = (scope: Scope): [string, string | null] => [
  scope.workspaceId,
  scope.advertiserId ?? scope.affiliateId,
]
