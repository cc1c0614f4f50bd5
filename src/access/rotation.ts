import { badInput, CodedError } from '../kernel/errors.js'

const maxOverlapHours = 720

/** Until when what is replaced now stays valid beside what replaces it. */
export function endOfOverlap(nowMs: number, overlapHours: number): Date {
  if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > maxOverlapHours) {
    throw badInput(`overlapHours must be between 0 and ${maxOverlapHours}.`, 'overlapHours')
  }
  return new Date(nowMs + overlapHours * 3_600_000)
}

/** `valid` is how many of the older ones are still to be taken. */
export function checkOverlap(valid: number, maxValid: number, what: string): void {
  if (valid < maxValid) return
  throw new CodedError(
    'CONFLICT',
    `${maxValid} ${what} are valid still: wait, or choose a shorter overlapHours.`,
    'overlapHours',
  )
}
