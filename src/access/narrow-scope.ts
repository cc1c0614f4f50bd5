import type { Rows } from '../database/rows.js'
import { badInput, forbidden } from '../kernel/errors.js'
import { type AdvertiserId, type AffiliateId, decodeId } from '../kernel/ids.js'
import type { Role } from '../kernel/vocabulary.js'
import type { Scope } from './scope.js'

/** Whose eyes a session shall see with, where it asks for others than its key's. */
export interface Wish {
  readonly role?: Role | undefined
  readonly advertiserId?: string | undefined
  readonly affiliateId?: string | undefined
}

/** The scope that is wished for, which never sees more than `scope` does: only an admin may look with others' eyes. */
export async function narrowScope(rows: Rows, scope: Scope, wish: Wish): Promise<Scope> {
  const role = wish.role ?? scope.role
  if (role !== 'ADVERTISER' && wish.advertiserId !== undefined) {
    throw badInput('advertiserId goes with role ADVERTISER only.', 'advertiserId')
  }
  if (role !== 'AFFILIATE' && wish.affiliateId !== undefined) {
    throw badInput('affiliateId goes with role AFFILIATE only.', 'affiliateId')
  }
  if (scope.role !== 'ADMIN') return keepScope(scope, role, wish)

  const { workspaceId, keyId } = scope
  switch (role) {
    case 'ADVERTISER': {
      const advertiserId = decodeId('adv', wish.advertiserId ?? '')
      if (advertiserId === null || !(await exists(rows, 'advertiser', workspaceId, advertiserId))) {
        throw badInput('No such advertiser.', 'advertiserId')
      }
      return { workspaceId, keyId, role, advertiserId, affiliateId: null }
    }
    case 'AFFILIATE': {
      const affiliateId = decodeId('aff', wish.affiliateId ?? '')
      if (affiliateId === null || !(await exists(rows, 'affiliate', workspaceId, affiliateId))) {
        throw badInput('No such affiliate.', 'affiliateId')
      }
      return { workspaceId, keyId, role, advertiserId: null, affiliateId }
    }
    default:
      return { workspaceId, keyId, role, advertiserId: null, affiliateId: null }
  }
}

function keepScope(scope: Scope, role: Role, { advertiserId, affiliateId }: Wish): Scope {
  const isSame =
    role === scope.role &&
    (advertiserId === undefined || decodeId('adv', advertiserId) === scope.advertiserId) &&
    (affiliateId === undefined || decodeId('aff', affiliateId) === scope.affiliateId)
  if (!isSame) throw forbidden('Only an ADMIN key may begin a session for someone else.')
  return scope
}

async function exists(
  rows: Rows,
  table: 'advertiser' | 'affiliate',
  workspaceId: string,
  id: AdvertiserId | AffiliateId,
): Promise<boolean> {
  const found = await rows(`select from ${table} where workspace_id = $1 and id = $2`, [workspaceId, id])
  return found.length > 0
}
