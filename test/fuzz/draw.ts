/** Choices that look random and are the same each time for the same seed, door and unit: that is what makes a replay. */
export interface Draw {
  /** A whole number from 0 to `max`. */
  upTo(max: number): number
  oneOf<Value>(values: readonly Value[]): Value
  /** True in so many of a hundred cases. */
  happens(percent: number): boolean
  bytes(length: number): Buffer
}

export function createDraw(seed: number, door: string, unit: number): Draw {
  let state = hashOf(`${seed} ${door} ${unit}`)
  /** Mulberry32. */
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const upTo = (max: number) => next() % (max + 1)
  return {
    upTo,
    oneOf: <Value>(values: readonly Value[]) => values[upTo(values.length - 1)] as Value, // none is asked of an empty list
    happens: (percent) => upTo(99) < percent,
    bytes: (length) => Buffer.from(Array.from({ length }, () => upTo(255))),
  }
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}
