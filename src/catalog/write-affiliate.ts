import { type EntityManager, UniqueConstraintViolationException } from '@mikro-orm/postgresql'
import type { Scope } from '../access/scope.js'
import { rowsOf } from '../database/transaction.js'
import { CodedError, notFound } from '../kernel/errors.js'
import { type AffiliateId, newId, type WorkspaceId } from '../kernel/ids.js'
import { Affiliate } from './affiliate.entity.js'
import type { CreateAffiliateInput, UpdateAffiliateInput } from './affiliate.input.js'
import { changeCatalog } from './change-catalog.js'
import { checkGiven, checkName, checkWord } from './check-input.js'
import type { CatalogWrites } from './context.js'
import { requireAdmin } from './rights.js'

export async function createAffiliate(
  { orm, clock }: CatalogWrites,
  scope: Scope,
  input: CreateAffiliateInput,
): Promise<AffiliateId> {
  requireAdmin(scope)
  const { workspaceId } = scope
  const name = checkName(input.name)
  const ref = input.ref == null ? null : checkWord(input.ref, 'ref')
  const id = newId<'aff'>()
  try {
    return await changeCatalog(orm, workspaceId, async (em, catalogVersion) => {
      em.create(Affiliate, {
        workspaceId,
        id,
        name,
        ref: ref ?? (await freeRef(em, workspaceId, slug(name))),
        status: 'ACTIVE',
        createdAt: new Date(clock()),
        catalogVersion,
      })
      return id
    })
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error
    throw new CodedError('CONFLICT', `Another affiliate has the ref ${ref}.`, 'ref')
  }
}

export async function updateAffiliate(
  { orm }: CatalogWrites,
  scope: Scope,
  id: AffiliateId | null,
  input: UpdateAffiliateInput,
): Promise<AffiliateId> {
  requireAdmin(scope)
  if (id === null) throw notFound('affiliate', 'id')
  const name = checkGiven(input.name, 'name', checkName)
  const status = checkGiven(input.status, 'status', (given) => given)
  return changeCatalog(orm, scope.workspaceId, async (em, catalogVersion) => {
    const affiliate = await em.findOne(Affiliate, { workspaceId: scope.workspaceId, id })
    if (affiliate === null) throw notFound('affiliate', 'id')
    em.assign(affiliate, { name, status, catalogVersion }, { ignoreUndefined: true })
    return id
  })
}

const maxSlugCharacters = 48

/** `Zoë's Deals` becomes `zoe-s-deals`. */
function slug(name: string): string {
  const words = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g)
  return words?.join('-').slice(0, maxSlugCharacters) ?? 'affiliate'
}

/** `wanted`, or the first of `wanted-2`, `wanted-3`… that nobody has. The catalog's lock keeps it free until commit. */
async function freeRef(em: EntityManager, workspaceId: WorkspaceId, wanted: string): Promise<string> {
  const taken = await rowsOf(em)<{ ref: string }>(
    `select ref from affiliate where workspace_id = $1 and (ref = $2 or starts_with(ref, $2 || '-'))`,
    [workspaceId, wanted],
  )
  const refs = new Set(taken.map((row) => row.ref))
  let ref = wanted
  for (let number = 2; refs.has(ref); number += 1) ref = `${wanted}-${number}`
  return ref
}
