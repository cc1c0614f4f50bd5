import type { FigureValue, MetricName } from '../figures/metrics'
import type { Row } from './build-rows'

/** How far a figure has moved, money to the last digit; null where there is nothing to compare. */
export function changeIn({ figures, before }: Pick<Row, 'figures' | 'before'>, metric: MetricName): FigureValue {
  const [now, was] = [figures[metric] ?? null, before?.[metric] ?? null]
  if (now === null || was === null) return null
  const isDecimal = typeof now === 'string' || typeof was === 'string'
  return isDecimal ? subtract(String(now), String(was)) : now - was
}

/** One decimal less another, as text, because floats have too few digits. */
function subtract(one: string, other: string): string {
  const places = Math.max(placesOf(one), placesOf(other))
  const scaled = (toWhole(one, places) - toWhole(other, places)).toString()
  const sign = scaled.startsWith('-') ? '-' : ''
  const digits = scaled.replace('-', '').padStart(places + 1, '0')
  return places === 0 ? scaled : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`
}

const placesOf = (decimal: string) => decimal.split('.')[1]?.length ?? 0

const toWhole = (decimal: string, places: number): bigint => {
  const [whole = '', part = ''] = decimal.split('.')
  return BigInt(`${whole}${part.padEnd(places, '0')}`)
}
