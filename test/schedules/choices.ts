/**
 * All that a schedule leaves open is drawn here, one number after another, so that row of numbers *is* the schedule: the
 * same row gives the same run. 0 stands for whatever is most ordinary, and a row that has come to its end gives zeros, so
 * a row that is shorter or has smaller numbers is a simpler schedule; that is all that `shrink` needs to know.
 */
export interface Choices {
  /** From 0 to `count` - 1. */
  below(count: number): number
  /** Not what is ordinary, in one of so many cases. */
  oneIn(count: number): boolean
  /** One of these; the first is the most ordinary. */
  of<One>(all: readonly One[]): One
  readonly drawn: readonly number[]
}

function createChoices(next: (count: number) => number): Choices {
  const drawn: number[] = []
  const below = (count: number) => {
    const number = next(count)
    drawn.push(number)
    return number
  }
  return {
    below,
    oneIn: (count) => below(count) === count - 1,
    of: <One>(all: readonly One[]) => all[below(all.length)] as One, // below its length
    drawn,
  }
}

export function choicesFromSeed(seed: number): Choices {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0
  return createChoices((count) => {
    // Mulberry32: small, fast, and good enough to draw lots with.
    state = (state + 0x6d2b79f5) >>> 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) % count
  })
}

export function choicesFromRow(row: readonly number[]): Choices {
  let at = 0
  return createChoices((count) => (row[at++] ?? 0) % count)
}

/** The simplest row found by leaving numbers out and making them smaller that fails still, in at most so many tries. */
export async function shrink(
  row: readonly number[],
  fails: (row: readonly number[]) => Promise<boolean>,
  maxTries = 1_500,
): Promise<readonly number[]> {
  let best = row
  let tries = 0
  const isBetter = async (candidate: readonly number[]) => {
    tries += 1
    if (!(await fails(candidate))) return false
    best = candidate
    return true
  }
  for (let before = best.length + 1; before !== best.length && tries < maxTries; ) {
    before = best.length
    for (let size = best.length >> 1; size > 0 && tries < maxTries; size >>= 1) {
      for (let at = Math.max(0, best.length - size); at >= 0 && tries < maxTries; at -= size) {
        const left = [...best.slice(0, at), ...best.slice(at + size)]
        const calm = best.map((number, index) => (index >= at && index < at + size ? 0 : number))
        if (left.length < best.length && (await isBetter(left))) continue
        if (calm.some((number, index) => number !== best[index])) await isBetter(calm)
      }
    }
  }
  return best
}
