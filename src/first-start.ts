import { hashBytes, secretHash } from './access/keys.js'
import type { Scope } from './access/scope.js'
import type { App } from './app.js'
import { createWorkspace } from './catalog/create-workspace.js'
import { insertKey } from './catalog/write-key.js'
import type { Config } from './config.js'
import { inTransaction } from './database/transaction.js'
import { type KeyId, newId, type WorkspaceId } from './kernel/ids.js'
import { createExample } from './welcome.js'

export interface FirstWorkspace {
  readonly scope: Scope
  /** The admin key, if this start made one: shown this once. */
  readonly newAdminKey: string | null
}

/** The oldest workspace; on an empty database, a new one with an example in it. ADMIN_KEY is made to open it. */
export async function ensureWorkspace(app: App, config: Config): Promise<FirstWorkspace> {
  const known = await findFirst(app)
  if (known !== null) {
    if (config.adminKey !== null) await ensureKey(app, known.workspaceId, config.adminKey)
    return { scope: known, newAdminKey: null }
  }
  const { adminKey } = await createWorkspace(app.orm, app.clock, {
    name: 'My workspace',
    adminKey: config.adminKey ?? undefined,
  })
  const scope = await findFirst(app)
  if (scope === null) throw new Error('the workspace that was just made is not there')
  await createExample(app.catalogWrites, scope)
  return { scope, newAdminKey: config.adminKey === null ? adminKey : null }
}

async function findFirst({ rows }: App): Promise<Scope | null> {
  const [found] = await rows<{ workspace_id: WorkspaceId; key_id: KeyId }>(
    `select k.workspace_id, k.id as key_id from access_key k join workspace w on w.id = k.workspace_id
      where k.role = 'ADMIN' order by w.id, k.id limit 1`,
  )
  return found === undefined
    ? null
    : { workspaceId: found.workspace_id, keyId: found.key_id, role: 'ADMIN', advertiserId: null, affiliateId: null }
}

/** Lets ADMIN_KEY in, unless it is known already; one that was revoked stays so. */
async function ensureKey({ orm, rows, clock }: App, workspaceId: WorkspaceId, text: string): Promise<void> {
  const known = await rows(`select from directory where handle = $1`, [hashBytes(secretHash(text))])
  if (known.length > 0) return
  const key = {
    workspaceId,
    id: newId<'key'>(),
    name: 'ADMIN_KEY',
    role: 'ADMIN' as const,
    createdAt: new Date(clock()),
  }
  await inTransaction(orm, (em) => insertKey(em, { ...key, advertiserId: null, affiliateId: null }, text))
}
