/** Sorts what it is given. */
export const percentile = (all: number[], share: number): number =>
  all.sort((one, other) => one - other)[Math.min(all.length - 1, Math.floor(all.length * share))] ?? 0
