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

/** As many filters as there are campaigns; each passes a tenth, and no two the same. */
export function tenths(campaignIds: readonly string[]): Question[] {
  const size = campaignIds.length / 10
  return campaignIds.map((_id, start) => {
    const campaigns = Array.from({ length: size }, (_, index) => (start + index) % campaignIds.length)
    return { variables: { filter: { campaignIds: campaigns.map((index) => campaignIds[index]) } }, campaigns }
  })
}
