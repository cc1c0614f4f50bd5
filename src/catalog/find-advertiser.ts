import type { TokenOwner } from '../access/tokens.js'
import { createLookup } from '../database/lookup.js'
import type { Presence } from '../database/presence.js'
import type { Rows } from '../database/rows.js'
import type { Clock } from '../kernel/clock.js'
import type { AdvertiserId } from '../kernel/ids.js'

export type AdvertiserFinder = (id: AdvertiserId) => Promise<TokenOwner | null>

const unknownTtlMs = 5_000
const maxUnknown = 10_000

/** Finds an advertiser by its id alone, of whichever workspace. It never changes hands, so what was found is kept. */
export function createAdvertiserFinder(
  rows: Rows,
  maxAdvertisers: number,
  clock: Clock,
  presence?: Presence,
): AdvertiserFinder {
  const lookup = createLookup<AdvertiserId, TokenOwner>({
    load: (id) => readOwner(rows, id),
    maxFound: maxAdvertisers,
    maxAbsent: maxUnknown,
    absentTtlMs: unknownTtlMs,
    clock,
    presence,
  })
  return (id) => lookup.find(id)
}

async function readOwner(rows: Rows, id: AdvertiserId): Promise<TokenOwner | null> {
  const [found] = await rows<TokenOwner & object>(
    `select workspace_id as "workspaceId", id as "advertiserId"
       from directory where handle = uuid_send($1::uuid) and kind = 'advertiser'`,
    [id],
  )
  return found ?? null
}
