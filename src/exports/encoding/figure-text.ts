import { Big } from 'big.js'
import { formatDecimal, type Money } from '../../kernel/money.js'

/** A figure of a report as a plain number: never an exponent, whatever its size. */
export function figureText(figure: number | Money | string): string {
  if (typeof figure === 'string') return figure
  if (typeof figure !== 'number') return formatDecimal(figure)
  const text = String(figure)
  return text.includes('e') ? formatDecimal(new Big(text)) : text
}
