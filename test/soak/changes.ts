/** One change, as far as this soak looks at it. Money is null to those who may not see it; payout all may see. */
export interface Change {
  readonly kind: string
  readonly status: string
  readonly payout: string
  readonly conversion: { readonly id: string }
}

/** What every subscription here selects. */
export const selection = 'kind status payout conversion { id }'

/**
 * Numbers changes by what they say: millions of deliveries fit into memory, and two that say the same are the same. No
 * two changes of the traffic say the same.
 */
export function createNumbering() {
  const numbers = new Map<string, number>()
  return (change: Change): number => {
    const text = `${change.conversion.id} ${change.kind} ${change.status} ${change.payout}`
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    return number
  }
}

export type Numbering = ReturnType<typeof createNumbering>
