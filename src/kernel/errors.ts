/** Every error that a client may see carries one of these codes; whatever carries none is masked as INTERNAL. */
export type ErrorCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'BAD_USER_INPUT'
  | 'CONFLICT'
  | 'TOO_COMPLEX'
  | 'RATE_LIMITED'
  | 'CURSOR_EXPIRED'
  | 'UNAVAILABLE'
  | 'INTERNAL'

/** An error to be told to the client as it stands: `message` says what to do, `field` which input is to blame. */
export class CodedError extends Error {
  readonly code: ErrorCode
  readonly field: string | undefined

  constructor(code: ErrorCode, message: string, field?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'CodedError'
    this.code = code
    this.field = field
  }
}

export const badInput = (message: string, field?: string) => new CodedError('BAD_USER_INPUT', message, field)
export const notFound = (what: string, field?: string) => new CodedError('NOT_FOUND', `No such ${what}.`, field)
export const forbidden = (message: string) => new CodedError('FORBIDDEN', message)
export const unauthenticated = () =>
  new CodedError('UNAUTHENTICATED', 'A valid key or session token is needed: authorization: Bearer …')

/** The database is away, or what stands in for it is at its end; the cause is for whoever looks into it. */
export const unavailable = (cause?: unknown) => {
  const message = 'The books cannot be reached right now; send the request again in a moment.'
  return new CodedError('UNAVAILABLE', message, undefined, cause)
}

/** Trouble that passes, for which nothing that was sent is to blame. */
export const isUnavailable = (error: unknown): error is CodedError =>
  error instanceof CodedError && error.code === 'UNAVAILABLE'

/** The start cannot go on; `message` says what the operator can do about it. Printed without a stack. */
export class StartupError extends Error {
  override readonly name = 'StartupError'
}
