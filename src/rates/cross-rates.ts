import { Big } from 'big.js'
import { type DayRate, isPlausible, roundRate } from '../catalog/check-rates.js'
import { formatDecimal } from '../kernel/money.js'
import { Currency } from '../kernel/scalars.js'
import { type RateSheet, sheetBase } from './rate-sheet.js'

/**
 * Two rates of a sheet have sixteen digits each, so their quotient is either a tie at the last digit that is kept or at
 * least 10^-48 away from one: cut off here, it is then rounded as the exact quotient would be.
 */
const Quotient = Big()
Quotient.DP = 50
Quotient.RM = Big.roundDown

/**
 * The sheet's rates as a workspace wants them: units of its currency for one unit of the foreign one, that is (its own
 * for a euro) / (the foreign ones for a euro), rounded once. Days on which the sheet does not have the workspace's
 * currency give none; neither does a currency that the API has no name for, or one that is not plausible.
 */
export function crossRates(sheet: RateSheet, currency: string, from: string, to: string): DayRate[] {
  return [...sheet].flatMap(([day, rates]) => {
    const own = currency === sheetBase ? '1' : rates.get(currency)
    if (own === undefined || day < from || day > to) return []
    const all: [string, string][] = [...rates, [sheetBase, '1']]
    return all.flatMap(([foreign, rate]): DayRate[] => {
      if (foreign === currency || !isKnown(foreign)) return []
      const cross = roundRate(new Quotient(own).div(rate))
      return isPlausible(cross) ? [{ currency: foreign, day, rate: formatDecimal(cross) }] : []
    })
  })
}

function isKnown(currency: string): boolean {
  try {
    return Currency.parseValue(currency) === currency
  } catch {
    return false
  }
}
