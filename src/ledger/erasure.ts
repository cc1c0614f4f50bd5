import type { AdvertiserId, ClickId, ConversionId } from '../kernel/ids.js'

/** What is asked to be forgotten of a visitor: all that came of these. */
export interface Erasure {
  readonly clickIds: readonly ClickId[]
  readonly transactionIds: readonly string[]
}

/** How many of each had something to erase. */
export interface Erased {
  readonly clicks: number
  readonly conversions: number
  readonly receipts: number
}

export interface FoundOrder {
  readonly id: ConversionId
  readonly advertiserId: AdvertiserId
  /** Null where it has none, or lost it already. */
  readonly transactionId: string | null
  readonly isErased: boolean
}
