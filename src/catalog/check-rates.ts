import { Big } from 'big.js'
import { rateDigits, rateHorizonDays } from '../attribution/rates.js'
import { dayOf, dayText } from '../kernel/day.js'
import { badInput } from '../kernel/errors.js'
import { formatDecimal, type Money, money } from '../kernel/money.js'
import type { CurrencyDayInput, CurrencyRateInput } from './currency-rate.input.js'

/** What a unit of a currency is in the workspace's on a day; the rate in its shortest form. */
export interface DayRate extends CurrencyDay {
  readonly rate: string
}

export interface CurrencyDay {
  readonly currency: string
  readonly day: string
}

/** A change of rates holds up the workspace's books, so it has an end. */
export const maxRatesAtOnce = 1_000
/** Between any two currencies there are, with room for one to lose most of its worth. */
const least = money('0.000000001')
const most = money('1000000000')

export const isPlausible = (rate: Money): boolean => rate.gte(least) && rate.lte(most)

export const roundRate = (rate: Money): Money => rate.prec(rateDigits, Big.roundHalfEven)

/** The first and the last day that rates are kept of. Where the day begins earlier, it may be tomorrow already. */
export const keptDays = (nowMs: number): { readonly from: string; readonly to: string } => ({
  from: dayText(dayOf(nowMs) - rateHorizonDays),
  to: dayText(dayOf(nowMs) + 1),
})

export function checkRates(
  inputs: readonly CurrencyRateInput[],
  workspaceCurrency: string,
  nowMs: number,
): readonly DayRate[] {
  checkCurrencyDays(inputs)
  const { from, to } = keptDays(nowMs)
  return inputs.map(({ currency, day, rate }, index) => {
    const field = `rates.${index}`
    if (currency === workspaceCurrency) {
      throw badInput(`${currency} is the workspace's own currency.`, `${field}.currency`)
    }
    if (day < from || day > to) throw badInput(`day must be from ${from} to ${to}.`, `${field}.day`)
    return { currency, day, rate: checkRate(rate, `${field}.rate`) }
  })
}

/** Each at most once: of two for the same day, which one was meant? */
export function checkCurrencyDays(inputs: readonly CurrencyDayInput[]): readonly CurrencyDay[] {
  if (inputs.length < 1 || inputs.length > maxRatesAtOnce) {
    throw badInput(`rates takes 1 to ${maxRatesAtOnce} at once.`, 'rates')
  }
  const seen = new Set<string>()
  for (const [index, { currency, day }] of inputs.entries()) {
    if (seen.has(`${currency} ${day}`)) throw badInput(`${currency} of ${day} is there twice.`, `rates.${index}`)
    seen.add(`${currency} ${day}`)
  }
  return inputs
}

function checkRate(text: string, field: string): string {
  const rate = money(text)
  if (!isPlausible(rate)) {
    throw badInput(`rate must be from ${formatDecimal(least)} to ${formatDecimal(most)}.`, field)
  }
  if (!rate.eq(roundRate(rate))) throw badInput(`rate has at most ${rateDigits} significant digits.`, field)
  return formatDecimal(rate)
}
