import type { Clock } from '../kernel/clock.js'

/** The part of pino's logger that the intake writes to. */
export interface IntakeLog {
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

const windowMs = 60_000
const maxLinesPerWindow = 20

/**
 * Requests that leave no receipt leave a line in the log instead; but anyone can send those, so at most twenty a
 * minute are written, and the next that is says how many were not.
 */
export function createSampledLog(log: IntakeLog, clock: Clock): (details: object, message: string) => void {
  let windowStartMs = Number.NEGATIVE_INFINITY
  let lines = 0
  let omitted = 0
  return (details, message) => {
    const nowMs = clock()
    if (nowMs - windowStartMs >= windowMs) {
      windowStartMs = nowMs
      lines = 0
    }
    if (lines === maxLinesPerWindow) {
      omitted++
      return
    }
    lines++
    log.warn(omitted === 0 ? details : { ...details, omitted }, message)
    omitted = 0
  }
}
