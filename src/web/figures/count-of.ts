const counts = new Intl.NumberFormat()

/** `1 click`, `2,000 clicks`. */
export const countOf = (count: number, what: string): string =>
  `${counts.format(count)} ${what}${count === 1 ? '' : 's'}`
