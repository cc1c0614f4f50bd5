import DataLoader from 'dataloader'
import { createLookup } from '../database/lookup.js'
import type { Presence } from '../database/presence.js'
import type { Rows } from '../database/rows.js'
import { type Clock, systemClock } from '../kernel/clock.js'
import type { AffiliateId, CampaignId, LinkId, WorkspaceId } from '../kernel/ids.js'
import type { Subs } from '../kernel/vocabulary.js'

/** What a click takes over from its link. Dimensions are `''` where the link has none. */
export interface LinkTerms {
  readonly workspaceId: WorkspaceId
  readonly id: LinkId
  readonly campaignId: CampaignId
  readonly affiliateId: AffiliateId
  readonly source: string
  readonly creative: string
  readonly keyword: string
  readonly placement: string
  readonly subs: Subs
  readonly destinationUrl: string | null
}

export type LinkFinder = (id: LinkId) => Promise<LinkTerms | null>

const unknownTtlMs = 5_000
const maxUnknown = 10_000
const maxBatchSize = 500

/**
 * Finds a link by its id alone, of whichever workspace. Links never change, so what was found is kept for good, up to
 * `maxLinks`; what was not may be made any moment, so that is kept for seconds only. While the database is away, one
 * that it has not told of is UNAVAILABLE, and not unknown.
 */
export function createLinkFinder(
  rows: Rows,
  maxLinks: number,
  clock: Clock = systemClock,
  presence?: Presence,
): LinkFinder {
  const batch = new DataLoader<LinkId, LinkTerms | null>((ids) => readLinks(rows, ids), { cache: false, maxBatchSize })
  const lookup = createLookup<LinkId, LinkTerms>({
    load: (id) => batch.load(id),
    maxFound: maxLinks,
    maxAbsent: maxUnknown,
    absentTtlMs: unknownTtlMs,
    clock,
    presence,
  })
  return (id) => lookup.find(id)
}

async function readLinks(rows: Rows, ids: readonly LinkId[]): Promise<(LinkTerms | null)[]> {
  const found = await rows<LinkTerms>(
    `select l.workspace_id as "workspaceId", l.id, l.campaign_id as "campaignId", l.affiliate_id as "affiliateId",
            l.source, l.creative, l.keyword, l.placement, l.subs, l.destination_url as "destinationUrl"
       from unnest($1::uuid[]) asked (id)
       join directory d on d.handle = uuid_send(asked.id) and d.kind = 'link'
       join link l on l.workspace_id = d.workspace_id and l.id = d.id`,
    [ids],
  )
  const byId = new Map(found.map((link) => [link.id, link]))
  return ids.map((id) => byId.get(id) ?? null)
}
