import { type EntityManager, LockMode } from '@mikro-orm/postgresql'
import { hashBytes, newKeyText, secretHash } from '../access/keys.js'
import type { Scope } from '../access/scope.js'
import { inTransaction, rowsOf } from '../database/transaction.js'
import { badInput, CodedError, notFound } from '../kernel/errors.js'
import { decodeId, type KeyId, newId, type WorkspaceId } from '../kernel/ids.js'
import { AccessKey, type AccessKeyEntity } from './access-key.entity.js'
import { Advertiser } from './advertiser.entity.js'
import { Affiliate } from './affiliate.entity.js'
import { checkName } from './check-input.js'
import type { CatalogWrites } from './context.js'
import type { CreateKeyInput } from './key.input.js'
import { requireAdmin } from './rights.js'

export interface MadeKey {
  readonly id: KeyId
  /** The key itself, which is kept nowhere. */
  readonly secret: string
}

export async function createKey({ orm, clock }: CatalogWrites, scope: Scope, input: CreateKeyInput): Promise<MadeKey> {
  requireAdmin(scope)
  const { workspaceId } = scope
  const { role } = input
  const name = checkName(input.name)
  checkOwner(input.advertiserId, role === 'ADVERTISER', 'advertiserId')
  checkOwner(input.affiliateId, role === 'AFFILIATE', 'affiliateId')

  return inTransaction(orm, async (em) => {
    let advertiserId = null
    let affiliateId = null
    if (role === 'ADVERTISER') {
      const id = decodeId('adv', input.advertiserId ?? '')
      advertiserId = (id && (await em.findOne(Advertiser, { workspaceId, id })))?.id ?? null
      if (advertiserId === null) throw notFound('advertiser', 'advertiserId')
    }
    if (role === 'AFFILIATE') {
      const id = decodeId('aff', input.affiliateId ?? '')
      affiliateId = (id && (await em.findOne(Affiliate, { workspaceId, id })))?.id ?? null
      if (affiliateId === null) throw notFound('affiliate', 'affiliateId')
    }
    const id = newId<'key'>()
    const secret = newKeyText(role, id)
    const createdAt = new Date(clock())
    await insertKey(em, { workspaceId, id, name, role, advertiserId, affiliateId, createdAt }, secret)
    return { id, secret }
  })
}

/** Writes a key and the hash by which its text is recognised. */
export async function insertKey(
  em: EntityManager,
  key: Omit<AccessKeyEntity, 'lastUsedAt' | 'revokedAt'>,
  text: string,
): Promise<void> {
  em.create(AccessKey, { ...key, lastUsedAt: null, revokedAt: null })
  await rowsOf(em)(`insert into directory (handle, kind, workspace_id, id) values ($1, 'key', $2, $3)`, [
    hashBytes(secretHash(text)),
    key.workspaceId,
    key.id,
  ])
}

/** From the answer on, the key and its sessions open nothing on this node, and within seconds nothing on any other. */
export async function revokeKey(
  { orm, authenticator, clock }: CatalogWrites,
  scope: Scope,
  id: KeyId | null,
): Promise<KeyId> {
  requireAdmin(scope)
  if (id === null) throw notFound('key', 'id')
  const { workspaceId } = scope
  await inTransaction(orm, async (em) => {
    const key = await em.findOne(AccessKey, { workspaceId, id })
    if (key === null) throw notFound('key', 'id')
    if (key.revokedAt !== null) return
    if (key.role === 'ADMIN') await keepAnAdmin(em, workspaceId)
    key.revokedAt = new Date(clock())
  })
  authenticator.revoke(id)
  return id
}

/** A workspace without an admin key could never be changed again. */
async function keepAnAdmin(em: EntityManager, workspaceId: WorkspaceId): Promise<void> {
  const admins = await em.find(
    AccessKey,
    { workspaceId, role: 'ADMIN', revokedAt: null },
    { lockMode: LockMode.PESSIMISTIC_WRITE },
  )
  if (admins.length < 2) throw new CodedError('CONFLICT', 'This is the last ADMIN key: make another first.', 'id')
}

function checkOwner(id: string | null | undefined, isNeeded: boolean, field: string): void {
  if (isNeeded && id == null) throw badInput(`This role needs ${field}.`, field)
  if (!isNeeded && id != null) throw badInput(`This role has no ${field}.`, field)
}
