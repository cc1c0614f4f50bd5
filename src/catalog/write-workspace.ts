import type { Scope } from '../access/scope.js'
import { rowsOf } from '../database/transaction.js'
import { checkGiven, checkName } from './check-input.js'
import type { CatalogWrites } from './context.js'
import { requireAdmin } from './rights.js'
import type { UpdateWorkspaceInput } from './workspace.input.js'

/** The name is for people alone: nothing that is remembered of the catalog has it, so its version stays. */
export async function updateWorkspace(
  { orm }: CatalogWrites,
  scope: Scope,
  input: UpdateWorkspaceInput,
): Promise<void> {
  requireAdmin(scope)
  const name = checkGiven(input.name, 'name', checkName)
  await rowsOf(orm.em.fork())(`update workspace set name = coalesce($2, name) where id = $1`, [
    scope.workspaceId,
    name ?? null,
  ])
}
