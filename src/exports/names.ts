import type { Rows } from '../database/rows.js'
import type { WorkspaceId } from '../kernel/ids.js'
import type { CatalogName } from './columns/column.js'

/**
 * The names of a workspace's records at one moment. They are read whole when an export begins, because the catalog keeps
 * no former names: looked up along the way, the first row and the last might show two names of one campaign.
 */
export interface Names {
  /** How many bytes the longest takes. */
  readonly longest: number
  /** What `make` makes of each name of a kind, by the bytes of the record's UUID as Latin-1 text. */
  ready<Made>(name: CatalogName, make: (name: { readonly text: string }) => Made): ReadonlyMap<string, Made>
}

interface NameRow {
  readonly name: CatalogName
  readonly id: string
  readonly text: string
}

export async function readNames(rows: Rows, workspaceId: WorkspaceId): Promise<Names> {
  const all = await rows<NameRow>(
    `select 'campaign' as name, id, name as text from campaign where workspace_id = $1
     union all select 'advertiser', id, name from advertiser where workspace_id = $1
     union all select 'affiliate', id, name from affiliate where workspace_id = $1
     union all select 'affiliateRef', id, ref from affiliate where workspace_id = $1`,
    [workspaceId],
  )
  return {
    longest: all.reduce((longest, { text }) => Math.max(longest, Buffer.byteLength(text)), 0),
    ready: (wanted, make) =>
      new Map(all.filter(({ name }) => name === wanted).map((row) => [uuidBytes(row.id), make(row)])),
  }
}

const uuidBytes = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('latin1')
