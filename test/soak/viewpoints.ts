import type { Board } from './board.js'

/** What filters ask of a conversion, as it is at one moment. */
export interface Moment {
  readonly campaignId: string
  readonly affiliateId: string
  readonly source: string | null
  readonly status: string
  readonly revenue: number
}

/** A key and a filter, and what a conversion must be like to pass both: told here once more, not by the server. */
export interface Viewpoint {
  readonly key: string
  readonly filter: object
  passes(moment: Moment): boolean
}

const minRevenue = 9

/** Of many kinds; each lets about a tenth of the traffic pass. */
export function viewpointOf(board: Board, index: number): Viewpoint {
  const { adminKey: key, campaignIds, affiliateIds, affiliateKeys, sources } = board
  const turn = Math.floor(index / kinds.length)
  const at = (list: readonly string[], offset = 0) => list[(turn + offset) % list.length] ?? ''
  const kind = kinds[index % kinds.length]
  if (kind === 'campaign') {
    const campaignId = at(campaignIds)
    return { key, filter: { campaignIds: [campaignId] }, passes: (moment) => moment.campaignId === campaignId }
  }
  if (kind === 'affiliate') {
    const affiliateId = at(affiliateIds)
    return { key, filter: { affiliateIds: [affiliateId] }, passes: (moment) => moment.affiliateId === affiliateId }
  }
  if (kind === 'source') {
    const source = at(sources)
    return { key, filter: { sources: [source] }, passes: (moment) => moment.source === source }
  }
  if (kind === 'status') {
    return { key, filter: { statuses: ['REVERSED'] }, passes: ({ status }) => status === 'REVERSED' }
  }
  if (kind === 'revenue') {
    const filter = { minRevenue: String(minRevenue) }
    return { key, filter, passes: ({ revenue }) => revenue >= minRevenue }
  }
  if (kind === 'several') {
    const wanted = [at(campaignIds), at(campaignIds, 1), at(campaignIds, 2)]
    return {
      key,
      filter: { campaignIds: wanted, statuses: ['APPROVED', 'REVERSED'] },
      passes: ({ campaignId, status }) => wanted.includes(campaignId) && status !== 'PENDING',
    }
  }
  // No filter but the key's own scope.
  const affiliateId = at(affiliateIds)
  return { key: at(affiliateKeys), filter: {}, passes: (moment) => moment.affiliateId === affiliateId }
}

const kinds = ['campaign', 'affiliate', 'source', 'status', 'revenue', 'several', 'scope'] as const
