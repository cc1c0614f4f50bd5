import type { Formats } from '../figures/formats'

const lateMs = 20 * 3_600_000

/** `10:42`; with its day, once that could be another one's. */
export const tellSince = (ms: number, { hour, dayAndTime }: Pick<Formats, 'hour' | 'dayAndTime'>): string =>
  Date.now() - ms < lateMs ? hour(ms) : dayAndTime(ms)
