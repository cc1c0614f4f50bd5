import type { AdvertiserId, AffiliateId, KeyId, WorkspaceId } from '../kernel/ids.js'

/** Whose eyes a request sees with. Everything that is read or written is read or written through one of these. */
export type Scope = Readonly<{ workspaceId: WorkspaceId; keyId: KeyId }> &
  (
    | Readonly<{ role: 'ADMIN' | 'ANALYST'; advertiserId: null; affiliateId: null }>
    | Readonly<{ role: 'ADVERTISER'; advertiserId: AdvertiserId; affiliateId: null }>
    | Readonly<{ role: 'AFFILIATE'; advertiserId: null; affiliateId: AffiliateId }>
  )

/** What the advertiser pays: the sale, and Pulseback's revenue from it. */
export const seesRevenue = (scope: Scope): boolean => scope.role !== 'AFFILIATE'
/** What the affiliate earns, and what its clicks cost it. */
export const seesPayout = (scope: Scope): boolean => scope.role !== 'ADVERTISER'

/** One text for one scope: what cursors are bound to and what shared work is keyed by. Never the key. */
export const scopeText = (scope: Scope): string =>
  `${scope.workspaceId}:${scope.role}:${scope.advertiserId ?? scope.affiliateId ?? ''}`
