import { type ConversionStatus, conversionStatuses } from '../kernel/vocabulary.js'

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

/** How one kind of sender says it. */
export interface PresetTable {
  /** Its names for each of ours, its own first; none where it has no way to say it. */
  readonly names: Readonly<Record<CanonicalName, readonly string[]>>
  /** Keys in lower case. */
  readonly statuses: ReadonlyMap<string, ConversionStatus>
  /** The word that it sends instead of a time, for the time at which it sends. */
  readonly nowWord: string | null
  /** What follows the token in a ready postback URL: this preset's names, and the macros that the sender fills in. */
  readonly postbackParameters: string
}

export interface PresetSource {
  readonly names?: Partial<Record<CanonicalName, readonly string[]>>
  /** Names of ours that mean something else there, and so are not read. */
  readonly foreign?: readonly CanonicalName[]
  /** Words and numbers beside ours, in lower case. */
  readonly statuses?: Partial<Record<ConversionStatus, readonly string[]>>
  readonly nowWord?: string
  readonly postbackParameters: string
}

/** Whatever of ours a preset does not use for something else can be said in it too. */
export function definePreset({
  names = {},
  foreign = [],
  statuses = {},
  nowWord,
  postbackParameters,
}: PresetSource): PresetTable {
  const taken = new Set<string>([...Object.values(names).flat(), ...foreign])
  const all: { [Name in CanonicalName]?: readonly string[] } = {}
  for (const name of canonicalNames) all[name] = [...(names[name] ?? []), ...(taken.has(name) ? [] : [name])]
  const words = (status: ConversionStatus) => [status.toLowerCase(), ...(statuses[status] ?? [])]
  return {
    names: all as PresetTable['names'], // each of them has just been set
    statuses: new Map(conversionStatuses.flatMap((status) => words(status).map((word) => [word, status]))),
    nowWord: nowWord ?? null,
    postbackParameters,
  }
}
