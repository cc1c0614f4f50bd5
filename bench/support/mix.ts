/**
 * What the load consists of. Postbacks go through a hundred slots, over and over: one of them names a click that nobody
 * made, four repeat an earlier request to the letter, the others are new orders.
 */
export const slots = 100
export const unknownSlot = 13
/** Slots 0, 25, 50 and 75. */
export const copyEvery = 25
/** How many new orders lie between a request and its copy. */
export const copyDistance = 1_000

export interface Sent {
  fresh: number
  copies: number
  unknown: number
}

export const kindOf = (number: number): keyof Sent =>
  number % slots === unknownSlot ? 'unknown' : number % copyEvery === 0 ? 'copies' : 'fresh'

/** The first characters of a click id name its time; an id with digits behind them is well-formed and nobody's. */
export const unknownClickStart = (target: string): string => target.slice(target.indexOf('clk_'), -10)

export const keywords = 20
