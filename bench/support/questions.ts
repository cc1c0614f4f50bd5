/** What a subscriber asks, and which of the changes that are sent it must get. */
export interface Question {
  readonly variables: object
  /** The campaigns whose changes pass, by their index; null: all changes pass. */
  readonly campaigns: readonly number[] | null
}

/** Changes go through the campaigns in turn. */
export const campaignCount = 100
export const campaignOf = (number: number): number => number % campaignCount

export const passes = ({ campaigns }: Question, number: number): boolean =>
  campaigns === null || campaigns.includes(campaignOf(number))

/** How many of the changes from `from` up to, but not including, `to` pass. */
export function countPassing({ campaigns }: Question, from: number, to: number): number {
  if (campaigns === null) return to - from
  const below = (end: number) =>
    campaigns.reduce((sum, campaign) => sum + Math.max(0, Math.ceil((end - campaign) / campaignCount)), 0)
  return below(to) - below(from)
}

export const everything: Question = { variables: {}, campaigns: null }

/**
 * As many filters as there are campaigns, no two the same. Each passes one of the first ten campaigns, one of the next
 * ten and so on, so that of ten changes that follow each other everybody gets one.
 */
export function tenths(campaignIds: readonly string[]): Question[] {
  return campaignIds.map((_id, number) => {
    const step = Math.floor(number / 10)
    const campaigns = Array.from({ length: 10 }, (_, ten) => ten * 10 + ((number + step * ten) % 10))
    return { variables: { filter: { campaignIds: campaigns.map((index) => campaignIds[index]) } }, campaigns }
  })
}
