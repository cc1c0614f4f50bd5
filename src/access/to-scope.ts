import type { AdvertiserId, AffiliateId, KeyId, WorkspaceId } from '../kernel/ids.js'
import type { Role } from '../kernel/vocabulary.js'
import type { Scope } from './scope.js'

/** A scope before its role and its owner are known to agree, as a row or a session token tells it. */
export interface LooseScope {
  readonly workspaceId: WorkspaceId
  readonly keyId: KeyId
  readonly role: Role
  readonly advertiserId: AdvertiserId | null
  readonly affiliateId: AffiliateId | null
}

/** The scope, or null where role and owner do not agree. */
export function toScope({ workspaceId, keyId, role, advertiserId, affiliateId }: LooseScope): Scope | null {
  switch (role) {
    case 'ADVERTISER':
      return advertiserId === null ? null : { workspaceId, keyId, role, advertiserId, affiliateId: null }
    case 'AFFILIATE':
      return affiliateId === null ? null : { workspaceId, keyId, role, advertiserId: null, affiliateId }
    default:
      return { workspaceId, keyId, role, advertiserId: null, affiliateId: null }
  }
}
