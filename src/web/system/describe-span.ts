import { countOf } from '../figures/count-of'

const steps = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const

/** `3 days`, `1 minute`; what is less than a second is one. */
export function describeSpan(ms: number): string {
  const [unit, unitMs] = steps.find(([, lengthMs]) => ms >= lengthMs) ?? steps[3]
  return countOf(Math.max(1, Math.floor(ms / unitMs)), unit)
}
