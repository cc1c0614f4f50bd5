import { randomUUID } from 'node:crypto'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { blankSecrets } from '../intake/blank-secrets.js'
import { CodedError } from '../kernel/errors.js'

/** Told what went wrong on our side; `context` goes to the log beside the error. */
export type LogError = (error: unknown, doing: string, context?: object) => void

/**
 * An error as clients get it. Errors from our table pass as they are, with code and field; what the client's document
 * or variables got wrong is BAD_USER_INPUT; anything else is our fault, and its text stays in our log, under an id that
 * the client gets.
 */
export function maskError(
  error: unknown,
  logError: LogError,
  doing = 'answering a GraphQL operation',
): GraphQLFormattedError {
  const at = error instanceof GraphQLError ? whereOf(error) : {}
  const cause = causeOf(error)
  const coded = cause instanceof CodedError ? cause : databaseTrouble(cause)
  if (coded !== null) {
    const { code, field } = coded
    return {
      message: blankSecrets(coded.message, ''),
      ...at,
      extensions: field === undefined ? { code } : { code, field },
    }
  }
  // What has no path went wrong before execution: it is about the request.
  if (error instanceof GraphQLError && (error.path === undefined || cause instanceof GraphQLError)) {
    // It quotes what was sent, and that may be a key in the wrong place.
    return { message: blankSecrets(error.message, ''), ...at, extensions: { code: 'BAD_USER_INPUT' } }
  }
  const errorId = randomUUID()
  logError(cause, doing, { errorId, path: at.path })
  return { message: 'Something went wrong on our side.', ...at, extensions: { code: 'INTERNAL', errorId } }
}

function whereOf({ locations, path }: GraphQLError): Pick<GraphQLFormattedError, 'locations' | 'path'> {
  return { ...(locations === undefined ? {} : { locations }), ...(path === undefined ? {} : { path }) }
}

function causeOf(error: unknown): unknown {
  let cause = error
  while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError
  return cause
}

/** Of a statement, and of a transaction. */
const timeouts = ['57014', '25P04']
/** Connection lost or refused, server shutting down or starting, too many connections. */
const awayCode = /^(08...|57P0.|53300|25P03|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE)$/
/** What `pg` says of the same without a code, and of a server that gives no answer at all. */
const awayMessage =
  /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect|Query read timeout)/

function databaseTrouble(error: unknown): CodedError | null {
  if (!(error instanceof Error)) return null
  const code = 'code' in error ? String(error.code) : ''
  if (timeouts.includes(code)) {
    return new CodedError('TOO_COMPLEX', 'This took too long: ask for less, such as a shorter time or smaller pages.')
  }
  if (!awayCode.test(code) && !awayMessage.test(error.message)) return null
  return new CodedError('UNAVAILABLE', 'The database is away. Try again in a moment.')
}
