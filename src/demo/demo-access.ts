import type { Scope } from '../access/scope.js'
import type { DemoAccess, DemoRole } from '../access/session-route.js'
import type { Rows } from '../database/rows.js'
import type { AdvertiserId, AffiliateId, KeyId, WorkspaceId } from '../kernel/ids.js'

interface Eyes {
  readonly workspaceId: WorkspaceId
  readonly keyId: KeyId
  readonly advertiserId: AdvertiserId | null
  readonly affiliateId: AffiliateId | null
}

/** With a demo's eyes: its admin's, and those of the advertiser with most campaigns and the affiliate with most links. */
export function createDemoAccess(rows: Rows): DemoAccess {
  return {
    async scopeOf(role) {
      const [eyes] = await rows<Eyes>(
        `select k.workspace_id as "workspaceId", k.id as "keyId",
                (select advertiser_id from campaign where workspace_id = k.workspace_id
                  group by advertiser_id order by count(*) desc, advertiser_id limit 1) as "advertiserId",
                (select affiliate_id from link where workspace_id = k.workspace_id
                  group by affiliate_id order by count(*) desc, affiliate_id limit 1) as "affiliateId"
           from access_key k join workspace w on w.id = k.workspace_id
          where k.role = 'ADMIN' and k.revoked_at is null order by w.id, k.id limit 1`,
      )
      return eyes === undefined ? null : scopeFor(role, eyes)
    },
  }
}

function scopeFor(role: DemoRole, { workspaceId, keyId, advertiserId, affiliateId }: Eyes): Scope | null {
  switch (role) {
    case 'ADMIN':
      return { workspaceId, keyId, role, advertiserId: null, affiliateId: null }
    case 'ADVERTISER':
      return advertiserId === null ? null : { workspaceId, keyId, role, advertiserId, affiliateId: null }
    case 'AFFILIATE':
      return affiliateId === null ? null : { workspaceId, keyId, role, advertiserId: null, affiliateId }
  }
}
