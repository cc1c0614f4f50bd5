import type { Scope } from '../access/scope.js'
import type { SigningKey } from '../access/signing-keys.js'
import type { TokenOwner } from '../access/tokens.js'
import type { Orm } from '../database/orm.js'
import { rowsOf } from '../database/transaction.js'
import { CodedError, forbidden, notFound } from '../kernel/errors.js'
import { type AdvertiserId, newId } from '../kernel/ids.js'
import { Advertiser } from './advertiser.entity.js'
import type { CreateAdvertiserInput, UpdateAdvertiserInput } from './advertiser.input.js'
import { changeCatalog } from './change-catalog.js'
import { checkAllowedIps, checkGiven, checkName, checkPreset } from './check-input.js'
import type { CatalogWrites } from './context.js'
import { requireAdmin } from './rights.js'

/** Makes an advertiser and its first postback token. */
export function createAdvertiser(
  { orm, tokens, clock }: CatalogWrites,
  scope: Scope,
  input: CreateAdvertiserInput,
): Promise<AdvertiserId> {
  requireAdmin(scope)
  const { workspaceId } = scope
  const advertiser = {
    workspaceId,
    id: newId<'adv'>(),
    name: checkName(input.name),
    preset: checkPreset(input.preset ?? 'canonical'),
    allowedIps: checkAllowedIps(input.allowedIps ?? []),
    requireSignature: false,
    createdAt: new Date(clock()),
  }
  return changeCatalog(orm, workspaceId, async (em, catalogVersion) => {
    em.create(Advertiser, { ...advertiser, catalogVersion })
    await em.flush()
    const rows = rowsOf(em)
    await rows(
      `insert into directory (handle, kind, workspace_id, id) values (uuid_send($1::uuid), 'advertiser', $2, $1)`,
      [advertiser.id, workspaceId],
    )
    await tokens.issueToken(rows, { workspaceId, advertiserId: advertiser.id })
    return advertiser.id
  })
}

/** An admin may change everything, an advertiser how its own postbacks are read and proven. */
export async function updateAdvertiser(
  { orm, signingKeys }: CatalogWrites,
  scope: Scope,
  id: AdvertiserId | null,
  input: UpdateAdvertiserInput,
): Promise<AdvertiserId> {
  const advertiserId = ownedAdvertiser(scope, id)
  if (scope.role !== 'ADMIN' && (input.name !== undefined || input.allowedIps !== undefined)) {
    throw forbidden('An ADVERTISER may change its preset and requireSignature only.')
  }
  const name = checkGiven(input.name, 'name', checkName)
  const preset = checkGiven(input.preset, 'preset', checkPreset)
  const allowedIps = checkGiven(input.allowedIps, 'allowedIps', checkAllowedIps)
  const requireSignature = checkGiven(input.requireSignature, 'requireSignature', (isRequired) => isRequired)

  return changeCatalog(orm, scope.workspaceId, async (em, catalogVersion) => {
    const advertiser = await em.findOne(Advertiser, { workspaceId: scope.workspaceId, id: advertiserId })
    if (advertiser === null) throw notFound('advertiser', 'id')
    if (requireSignature === true) {
      const keys = await signingKeys.readKeys(rowsOf(em), scope.workspaceId, [advertiserId])
      // Nobody could send anything.
      if (!keys.has(advertiserId)) {
        throw new CodedError('CONFLICT', 'Make a signing key first, with rotateSigningKey.', 'requireSignature')
      }
    }
    em.assign(advertiser, { name, preset, allowedIps, requireSignature, catalogVersion }, { ignoreUndefined: true })
    return advertiserId
  })
}

/** Makes a new token for an advertiser; the older ones stay valid for `overlapHours`. */
export async function rotateAdvertiserToken(
  { orm, tokens }: CatalogWrites,
  scope: Scope,
  id: AdvertiserId | null,
  overlapHours: number,
): Promise<AdvertiserId> {
  const owner = await knownAdvertiser(orm, scope, id)
  await tokens.rotateToken(owner, overlapHours)
  return owner.advertiserId
}

/** Makes a new signing key; the older ones stay valid for `overlapHours`. */
export async function rotateSigningKey(
  { orm, signingKeys }: CatalogWrites,
  scope: Scope,
  id: AdvertiserId | null,
  overlapHours: number,
): Promise<{ readonly key: SigningKey; readonly secret: string }> {
  return signingKeys.rotateKey(await knownAdvertiser(orm, scope, id), overlapHours)
}

async function knownAdvertiser(orm: Orm, scope: Scope, id: AdvertiserId | null): Promise<TokenOwner> {
  const advertiserId = ownedAdvertiser(scope, id)
  const { workspaceId } = scope
  const known = await orm.em.fork().findOne(Advertiser, { workspaceId, id: advertiserId })
  if (known === null) throw notFound('advertiser', 'id')
  return { workspaceId, advertiserId }
}

/** The advertiser that the scope may write to; another's id is answered as an unknown one. */
function ownedAdvertiser(scope: Scope, id: AdvertiserId | null): AdvertiserId {
  if (scope.role !== 'ADVERTISER') requireAdmin(scope)
  if (id === null || (scope.role === 'ADVERTISER' && id !== scope.advertiserId)) throw notFound('advertiser', 'id')
  return id
}
