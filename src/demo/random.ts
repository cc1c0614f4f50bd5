/** A number from 0 up to, not including, 1. */
export type Random = () => number

/** Mulberry32: small, even enough for a demo, and the same numbers for the same seed on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const chance = (random: Random, probability: number): boolean => random() < probability

export const between = (random: Random, low: number, high: number): number => low + random() * (high - low)

export const integer = (random: Random, low: number, high: number): number => Math.floor(between(random, low, high + 1))

export function pick<Item>(random: Random, items: readonly Item[], weightOf: (item: Item) => number = () => 1): Item {
  let left = random() * items.reduce((sum, item) => sum + weightOf(item), 0)
  const found = items.find((item) => {
    left -= weightOf(item)
    return left < 0
  })
  // Rounding may leave a crumb behind the last one.
  const item = found ?? items.at(-1)
  if (item === undefined) throw new Error('there is nothing to pick from')
  return item
}

/** The gap to the next of events that come at random, `mean` apart. */
export const exponential = (random: Random, mean: number): number => -Math.log(1 - random()) * mean

/** How many such events come in a while that has `mean` of them on average; for small means. */
export function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean)
  let count = 0
  for (let product = random(); product > limit; product *= random()) count += 1
  return count
}

/** Around `median`, never negative, with a long tail to the right: what delays and baskets look like. */
export function logNormal(random: Random, median: number, spread: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return median * Math.exp(spread * normal)
}
