/** Decimals as whole numbers, for a model that shares no arithmetic with what it is held against. */

/** `text` times ten to the `places`. */
export function scaled(text: string, places: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.')
  return BigInt(whole + fraction.padEnd(places, '0').slice(0, places))
}

/** The nearest whole number to a quotient of two that are not negative; of two as near, the even one. */
export function divideHalfEven(part: bigint, whole: bigint): bigint {
  const negative = part < 0n
  const size = negative ? -part : part
  const floor = size / whole
  const twice = 2n * (size % whole)
  const up = twice > whole || (twice === whole && floor % 2n === 1n)
  const rounded = up ? floor + 1n : floor
  return negative ? -rounded : rounded
}

/** Ten-thousandths as the shortest text. */
export function moneyText(units: bigint): string {
  const digits = String(units < 0n ? -units : units).padStart(5, '0')
  const text = `${digits.slice(0, -4)}.${digits.slice(-4)}`.replace(/\.?0+$/, '')
  return units < 0n ? `-${text}` : text
}
