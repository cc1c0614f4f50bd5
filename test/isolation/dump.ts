import type { Rows } from '../../src/database/rows.js'
import type { WorkspaceId } from '../../src/kernel/ids.js'

/** A digest of each table's rows of a workspace, of whatever tables there are. */
export async function dumpWorkspace(rows: Rows, workspaceId: WorkspaceId): Promise<Record<string, string>> {
  const tables = await rows<{ name: string }>(
    `select c.oid::regclass::text as name from pg_class c
       join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
  )
  const digests: Record<string, string> = {}
  for (const { name } of tables) {
    const [found] = await rows<{ digest: string }>(
      `select count(*) || ' ' || md5(coalesce(string_agg(t::text, chr(10) order by t::text), '')) as digest
         from ${name} t where workspace_id = $1`,
      [workspaceId],
    )
    digests[name] = found?.digest ?? ''
  }
  return digests
}
