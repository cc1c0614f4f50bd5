import type { PresetShownFragment } from '../generated/desk/desk'

export type Preset = PresetShownFragment

/** What a preset calls one of our parameters first; null where it has no way to say it. */
export const nameOf = ({ parameters }: Preset, ours: string): string | null =>
  parameters.find(({ parameter }) => parameter === ours)?.names[0] ?? null

/** Which of our parameters a sender’s name means; null for one of its own. */
export const meaningOf = ({ parameters }: Preset, name: string): string | null =>
  parameters.find(({ names }) => names.includes(name))?.parameter ?? null

const meanings: Readonly<Record<string, string>> = {
  click_id: 'the click’s id, as it was handed over',
  txid: 'the order’s id, by which retries are told from new sales',
  amount: 'the amount of the sale',
  currency: 'its currency',
  status: 'what has become of the order',
  event: 'which goal it is',
}

export const meaningInWords = (ours: string | null): string => (ours === null ? '' : (meanings[ours] ?? ours))
