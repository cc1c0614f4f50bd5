import { type EntityManager, LockMode } from '@mikro-orm/postgresql'
import type { Orm } from '../database/orm.js'
import { inTransaction, rowsOf } from '../database/transaction.js'
import type { WorkspaceId } from '../kernel/ids.js'
import { WorkspaceHead } from './workspace.entity.js'

const patienceMs = 5_000

/**
 * Every change of the catalog goes through here: it holds the workspace's lock, so it happens between two batches of
 * the ledger and never beside one, and raises the catalog's version, which `change` stamps on each row it touches.
 * Who keeps the catalog in memory learns from the version that there is something to read.
 */
export function changeCatalog<Result>(
  orm: Orm,
  workspaceId: WorkspaceId,
  change: (em: EntityManager, version: number) => Promise<Result>,
): Promise<Result> {
  return withHead(orm, workspaceId, (em, head) => {
    head.catalogVersion += 1
    return change(em, head.catalogVersion)
  })
}

/** For what may turn out, under the lock, to change nothing: `change` counts what it did, and 0 leaves the version. */
export function changeCatalogIfNeeded(
  orm: Orm,
  workspaceId: WorkspaceId,
  change: (em: EntityManager, version: number) => Promise<number>,
): Promise<number> {
  return withHead(orm, workspaceId, async (em, head) => {
    const changed = await change(em, head.catalogVersion + 1)
    if (changed > 0) head.catalogVersion += 1
    return changed
  })
}

function withHead<Result>(
  orm: Orm,
  workspaceId: WorkspaceId,
  work: (em: EntityManager, head: { catalogVersion: number }) => Promise<Result>,
): Promise<Result> {
  return inTransaction(orm, async (em) => {
    await rowsOf(em)(
      `select set_config('lock_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true)`,
      [String(patienceMs)],
    )
    return work(em, await em.findOneOrFail(WorkspaceHead, { workspaceId }, { lockMode: LockMode.PESSIMISTIC_WRITE }))
  })
}
