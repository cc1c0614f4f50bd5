import { isMistypedKey, newKeyText } from '../access/keys.js'
import type { Orm } from '../database/orm.js'
import { inTransaction } from '../database/transaction.js'
import type { Clock } from '../kernel/clock.js'
import { badInput } from '../kernel/errors.js'
import { newId, type WorkspaceId } from '../kernel/ids.js'
import { Currency, TimeZone } from '../kernel/scalars.js'
import { checkName } from './check-input.js'
import { Workspace, WorkspaceHead } from './workspace.entity.js'
import { insertKey } from './write-key.js'

export interface NewWorkspace {
  readonly name: string
  /** ISO 4217. */
  readonly currency?: string
  /** IANA name. */
  readonly timeZone?: string
  /** The first admin key, if it is not to be generated: any 32 or more characters. */
  readonly adminKey?: string | undefined
}

export interface MadeWorkspace {
  readonly workspaceId: WorkspaceId
  /** The first admin key, which is kept nowhere. */
  readonly adminKey: string
}

const minKeyCharacters = 32

/** Makes a workspace that is ready for use: its head, and a key to begin with. */
export async function createWorkspace(
  orm: Orm,
  clock: Clock,
  { name, currency = 'USD', timeZone = 'UTC', adminKey }: NewWorkspace,
): Promise<MadeWorkspace> {
  const keyId = newId<'key'>()
  const text = adminKey ?? newKeyText('ADMIN', keyId)
  if (text.length < minKeyCharacters || /\s/.test(text) || isMistypedKey(text)) {
    throw badInput(`An admin key has at least ${minKeyCharacters} characters and no spaces.`, 'adminKey')
  }
  const workspaceId = newId<'wsp'>()
  const createdAt = new Date(clock())
  await inTransaction(orm, async (em) => {
    em.create(Workspace, {
      id: workspaceId,
      name: checkName(name),
      currency: Currency.parseValue(currency),
      timeZone: TimeZone.parseValue(timeZone),
      createdAt,
    })
    // The ORM knows no foreign keys here, so what others refer to goes first.
    await em.flush()
    em.create(WorkspaceHead, { workspaceId, catalogVersion: 0 })
    const key = { workspaceId, id: keyId, name: 'First admin key', role: 'ADMIN' as const, createdAt }
    await insertKey(em, { ...key, advertiserId: null, affiliateId: null }, text)
  })
  return { workspaceId, adminKey: text }
}
