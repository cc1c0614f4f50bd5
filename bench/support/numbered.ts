/**
 * Changes that are sent for measuring carry their number as their revenue, all with as many digits, so that a subscriber
 * can tell that it got each, in order.
 */
const first = 1_000_000
const pattern = /"revenue":"\d+(\.\d+)"/

export const revenueOf = (number: number): string => `${first + number}.50`

/** The same message with another number in it. */
export const numbered = (message: string, number: number): string =>
  message.replace(pattern, (_all, fraction: string) => `"revenue":"${first + number}${fraction}"`)

interface Message {
  readonly payload: { readonly data: { readonly conversions: { readonly revenue: string } } }
}

/** What a message that was sent to a subscriber says about a conversion. */
export const changeIn = (text: string): { readonly revenue: string } =>
  (JSON.parse(text) as Message).payload.data.conversions // it was checked when it was kept

export const numberOf = ({ revenue }: { readonly revenue: string }): number => Math.floor(Number(revenue)) - first
