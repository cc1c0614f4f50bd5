import type { Random } from '../../src/demo/random.js'

const digits = (length: number) =>
  Array.from({ length: 16 ** length }, (_, number) => number.toString(16).padStart(length, '0'))

/** UUIDv7s from a seed, ten million of them in seconds. */
export function createIds(random: Random): (atMs: number) => string {
  const three = digits(3)
  const four = digits(4)
  const any = () => four[(random() * 65_536) | 0]
  return (atMs) => {
    const high = Math.floor(atMs / 65_536)
    const time = `${four[Math.floor(high / 65_536)]}${four[high & 65_535]}-${four[atMs & 65_535]}`
    const variant = four[32_768 + ((random() * 16_384) | 0)]
    return `${time}-7${three[(random() * 4_096) | 0]}-${variant}-${any()}${any()}${any()}`
  }
}

/**
 * A table to draw from with one look: each index stands in it as often as its weight asks for, and once at least,
 * except for those that weigh nothing.
 */
export function drawTable(weights: readonly number[], size: number): Uint16Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const table = new Uint16Array(size)
  let filled = 0
  let weighed = 0
  weights.forEach((weight, index) => {
    weighed += weight
    const upto = Math.round((weighed / total) * size)
    if (weight > 0 && upto <= filled) throw new Error(`a table of ${size} is too small for weight ${weight}`)
    table.fill(index, filled, upto)
    filled = upto
  })
  return table
}

export const drawFrom = (random: Random, table: Uint16Array): number => table[(random() * table.length) | 0] ?? 0
