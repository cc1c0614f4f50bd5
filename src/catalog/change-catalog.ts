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
  return inTransaction(orm, async (em) => {
    await rowsOf(em)(
      `select set_config('lock_timeout', $1, true), set_config('idle_in_transaction_session_timeout', $1, true)`,
      [String(patienceMs)],
    )
    const head = await em.findOneOrFail(WorkspaceHead, { workspaceId }, { lockMode: LockMode.PESSIMISTIC_WRITE })
    head.catalogVersion += 1
    return change(em, head.catalogVersion)
  })
}
