import type { ConversionStatus, Preset } from '../kernel/vocabulary.js'

/** Our own names for what a postback may carry; refusals and the rest of the program speak of these. */
export const canonicalNames = [
  'token',
  'click_id',
  'affiliate_id',
  'campaign_id',
  'txid',
  'line',
  'event',
  'amount',
  'currency',
  'status',
  'refund',
  'refund_id',
  'timestamp',
  'test',
] as const
export type CanonicalName = (typeof canonicalNames)[number]

/** How one kind of sender says it: its names for each of ours, the first that is sent counts, and its status words. */
export interface PresetTable {
  readonly names: Readonly<Record<CanonicalName, readonly string[]>>
  /** Keys in lower case. */
  readonly statuses: ReadonlyMap<string, ConversionStatus>
}

const canonical: PresetTable = {
  names: {
    token: ['token'],
    click_id: ['click_id'],
    affiliate_id: ['affiliate_id'],
    campaign_id: ['campaign_id'],
    txid: ['txid'],
    line: ['line'],
    event: ['event'],
    amount: ['amount'],
    currency: ['currency'],
    status: ['status'],
    refund: ['refund'],
    refund_id: ['refund_id'],
    timestamp: ['timestamp'],
    test: ['test'],
  },
  statuses: new Map([
    ['pending', 'PENDING'],
    ['approved', 'APPROVED'],
    ['rejected', 'REJECTED'],
    ['reversed', 'REVERSED'],
  ]),
}

const tables: Partial<Record<Preset, PresetTable>> = { canonical }

export const presetTable = (preset: Preset): PresetTable => tables[preset] ?? canonical
