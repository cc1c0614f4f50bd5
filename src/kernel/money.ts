import Big from 'big.js'

/**
 * Money and rates are exact decimals, never floats: Big while we calculate, text on every wire, NUMERIC in the database.
 * A stored amount is rounded once, half to even, to four places.
 */
export type Money = Big

export const moneyPlaces = 4

/** At most twelve digits before the point: a trillion of any currency, and sums of it still fit NUMERIC(20,4). */
const decimalText = /^\d{1,12}(\.\d{1,8})?$/

/** Reads a plain unsigned decimal such as `12.50`; null for signs, exponents, separators, words, and numbers too large. */
export function parseDecimal(text: string): Money | null {
  return decimalText.test(text) ? new Big(text) : null
}

export const money = (text: string): Money => new Big(text)
export const zero: Money = new Big(0)

export function roundMoney(value: Money): Money {
  return value.round(moneyPlaces, Big.roundHalfEven)
}

const hundredth = new Big('0.01')

/** `percent` of `amount`, rounded as stored. A product is exact where Big's quotient would be a rounding of its own. */
export function percentOf(amount: Money, percent: Money): Money {
  return roundMoney(amount.times(percent).times(hundredth))
}

/** The shortest text that says the same number: `12.5`, not `12.5000`; never an exponent. */
export const formatDecimal = (value: Money): string => value.toFixed()
