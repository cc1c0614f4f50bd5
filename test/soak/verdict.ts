/** How what a subscriber saw differs from what it should have seen: the first difference, in words; null if in nothing. */
export function differenceOf(expected: readonly number[], seen: readonly number[]): string | null {
  const places = new Map(expected.map((change, place) => [change, place]))
  for (const [place, change] of seen.entries()) {
    if (change === expected[place]) continue
    const rightPlace = places.get(change)
    if (rightPlace === undefined) return `message ${place} is of no change that passes`
    return rightPlace < place ? `message ${place} repeats or comes late` : `a change is missed before message ${place}`
  }
  return seen.length < expected.length ? `${expected.length - seen.length} are missed at the end` : null
}
