import { StartupError } from './kernel/errors.js'

/** The end of a program that cannot go on. What its operator can mend is said without a stack. */
export function fail(error: unknown): never {
  const text =
    error instanceof StartupError
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error)
  process.stderr.write(`${text}\n`)
  process.exit(1)
}
