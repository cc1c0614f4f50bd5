import type { ConversionsSubscription, NewestQuery } from '../../generated/live/feed/feed'

/** One message of the feed. */
export type LiveChange = ConversionsSubscription['conversions']
/** A conversion as it stood when the feed began. */
export type ListedConversion = NewestQuery['conversions']['nodes'][number]

/** One line of the feed. */
export interface Row {
  /** Counts up, newer ones above older ones. */
  readonly key: number
  /** Null: no change came for it, it was listed when the feed began. */
  readonly kind: LiveChange['kind'] | null
  readonly at: string
  readonly status: LiveChange['status']
  readonly revenue: string | null
  readonly payout: string | null
  readonly conversion: LiveChange['conversion']
  /** Its conversion no longer passes the filter. */
  readonly hasLeft: boolean
}

export const rowOfChange = ({ matches, ...change }: LiveChange, key: number): Row => ({
  key,
  kind: change.kind,
  at: change.at,
  status: change.status,
  revenue: change.revenue,
  payout: change.payout,
  conversion: change.conversion,
  hasLeft: !matches,
})

export const rowOfListed = (conversion: ListedConversion, key: number): Row => ({
  key,
  kind: null,
  at: conversion.receivedAt,
  status: conversion.status,
  revenue: conversion.revenue,
  payout: conversion.payout,
  conversion,
  hasLeft: false,
})
