import type { StartedServer } from '../support/server.js'
import { type Change, type Numbering, selection } from './changes.js'
import type { Moment, Viewpoint } from './viewpoints.js'

/** One change of the ledger, with the conversion as it was before and as it is after it. */
export interface Entry {
  readonly number: number
  readonly before: Moment | null
  readonly after: Moment
}

interface Node extends Change {
  readonly revenue: string
  readonly conversion: {
    readonly id: string
    readonly source: string | null
    readonly campaign: { readonly id: string }
    readonly affiliate: { readonly id: string }
  }
}

const query = `query ($after: Cursor) {
  changes(after: $after, first: 1000) {
    nodes { ${selection} revenue conversion { id source campaign { id } affiliate { id } } } hasMore endCursor
  }
}`

/** All of the ledger behind a cursor, in its order, as an admin's query tells it. */
export async function readLedger(server: StartedServer, start: string, numberOf: Numbering): Promise<Entry[]> {
  const entries: Entry[] = []
  const latest = new Map<string, Moment>()
  for (let after = start; ; ) {
    type Page = { changes: { nodes: Node[]; hasMore: boolean; endCursor: string } }
    const { changes }: Page = await server.ask(query, { after })
    for (const node of changes.nodes) {
      const { id } = node.conversion
      const entry = { number: numberOf(node), before: latest.get(id) ?? null, after: momentOf(node) }
      latest.set(id, entry.after)
      entries.push(entry)
    }
    if (!changes.hasMore) return entries
    after = changes.endCursor
  }
}

function momentOf({ status, revenue, conversion }: Node): Moment {
  const { source, campaign, affiliate } = conversion
  return { campaignId: campaign.id, affiliateId: affiliate.id, source, status, revenue: Number(revenue) }
}

/** A change passes if the conversion passed before it or passes after it. */
export const whatPasses = (ledger: readonly Entry[], viewpoint: Viewpoint): number[] =>
  ledger
    .filter(({ before, after }) => viewpoint.passes(after) || (before !== null && viewpoint.passes(before)))
    .map(({ number }) => number)
