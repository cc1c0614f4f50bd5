import { pipeline, Readable } from 'node:stream'
import { stringify } from 'csv-stringify'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { z } from 'zod'
import type { Authenticator } from '../../access/authenticate.js'
import type { Cursors } from '../../access/cursor.js'
import type { Scope } from '../../access/scope.js'
import type { Snapshots } from '../../database/snapshot.js'
import { badInput, CodedError, type ErrorCode, unauthenticated } from '../../kernel/errors.js'
import { DateTime, Decimal } from '../../kernel/scalars.js'
import { decodeBody } from './decode-body.js'
import { type OrderFile, type Problem, readOrderFile } from './read-order-file.js'
import { checkQuestion, readQuestion } from './read-question.js'
import { type Reconciliation, reconcile } from './reconcile.js'
import { differenceColumns, toJson, toRows } from './render-reconciliation.js'

export interface ReconcileRouteOptions {
  readonly authenticator: Authenticator
  readonly snapshots: Snapshots
  readonly cursors: Cursors
  /** An error as clients may see it, and GraphQL's clients do. */
  readonly maskError: (error: unknown) => GraphQLFormattedError
  readonly limits?: Partial<ReconcileLimits>
}

export interface ReconcileLimits {
  readonly maxBytes: number
  readonly maxRows: number
  /** Lists in memory at a time; one of the greatest takes some 100 MB. */
  readonly maxAtOnce: number
  /** From the first byte of a request to the last of its answer; who takes longer is cut off. */
  readonly requestMs: number
}

export const reconcileLimits: ReconcileLimits = {
  maxBytes: 20 * 1024 * 1024,
  maxRows: 100_000,
  maxAtOnce: 2,
  requestMs: 120_000,
}

/** A file of differences is whole or refused: a line that is not there looks like an order that is right. */
const maxDifferences = 200_000

const delimiters = { comma: ',', semicolon: ';', tab: '\t' } as const

const parameters = z.strictObject({
  advertiserId: z.string().max(100).optional(),
  campaignIds: z
    .string()
    .transform((text) => text.split(','))
    .optional(),
  event: z.string().min(1).optional(),
  from: scalarText(DateTime).optional(),
  to: scalarText(DateTime).optional(),
  tolerance: scalarText(Decimal).optional(),
  first: z.coerce.number().int().min(1).max(10_000).default(500),
  delimiter: z.enum(['comma', 'semicolon', 'tab']).optional(),
  decimal: z.enum(['point', 'comma']).default('point'),
})

/**
 * `POST /reconcile`: a file of orders (`text/csv`) is held against the books; the rest of the question stands in the
 * query string. Answers JSON in the shape of GraphQL's `Reconciliation`, or with `accept: text/csv` the differences
 * alone. A refusal is `{code, message, field, problems}`.
 */
export async function reconcileRoute(app: FastifyInstance, options: ReconcileRouteOptions): Promise<void> {
  const { authenticator, snapshots, cursors } = options
  const limits = { ...reconcileLimits, ...options.limits }
  let underWay = 0

  app.removeAllContentTypeParsers()
  // Not read before it is known who sends it.
  app.addContentTypeParser('text/csv', (_request, _body, done) => done(null))
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { statusCode = 500 } = error
    if (statusCode < 500) {
      return reply.code(statusCode).send({ code: 'BAD_USER_INPUT', message: error.message, field: null, problems: [] })
    }
    // Whoever has gone before all was sent gets no answer, and nothing went wrong here.
    if (!request.raw.complete && request.raw.socket.destroyed) return reply.hijack()
    const { message, extensions } = options.maskError(error)
    const { code, field = null } = extensions as { code: ErrorCode; field?: string } // what every masked error has
    if (code === 'UNAVAILABLE') reply.header('retry-after', '1')
    return reply.code(statusOf[code] ?? 400).send({ code, message, field, problems: [] })
  })

  app.post('/reconcile', { bodyLimit: limits.maxBytes }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const scope = await authenticator.authenticate(request.headers.authorization)
    if (scope === null) throw unauthenticated()
    const asked = readParameters(request.url)
    checkQuestion(scope, asked)
    if (underWay >= limits.maxAtOnce) {
      reply.header('retry-after', '5')
      throw new CodedError('RATE_LIMITED', 'Other lists are being compared: send yours again in a moment.')
    }
    underWay += 1
    const deadline = setTimeout(() => request.raw.socket.destroy(), limits.requestMs)
    reply.raw.once('close', () => {
      clearTimeout(deadline)
      underWay -= 1
    })

    const file = await readFile(request, asked, limits)
    if ('problems' in file) return refuseFile(reply, file.problems)
    const isTable = request.headers.accept?.includes('text/csv') ?? false
    const { reconciliation, asOf } = await compare(scope, asked, file.orders, isTable ? maxDifferences : asked.first)
    if (isTable) return sendTable(reply, reconciliation)
    const { header, indexes, ignored } = file.columns
    const columns = Object.fromEntries([...indexes].map(([name, index]) => [name, header[index]]))
    return { ...toJson(reconciliation, asOf), columns, ignoredColumns: ignored }
  })

  async function compare(scope: Scope, asked: Asked, orders: Parameters<typeof reconcile>[2], first: number) {
    const snapshot = snapshots.open()
    try {
      const question = await readQuestion(snapshot.rows, scope, asked)
      const reconciliation = await reconcile(snapshot.rows, question, orders, first)
      return { reconciliation, asOf: cursors.seal(scope, question.head) }
    } finally {
      await snapshot.end()
    }
  }
}

type Asked = z.infer<typeof parameters>

/** A parameter that is read as GraphQL reads the same. */
function scalarText<Value>(scalar: { name: string; parseValue(value: unknown): Value }) {
  return z.string().transform((text, context) => {
    try {
      return scalar.parseValue(text)
    } catch (error) {
      context.addIssue(error instanceof GraphQLError ? error.message : `This is no ${scalar.name}`)
      return z.NEVER
    }
  })
}

function readParameters(url: string): Asked {
  const sent = new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length))
  const repeated = [...sent.keys()].find((name) => sent.getAll(name).length > 1)
  if (repeated !== undefined) throw badInput('This parameter may be sent only once.', repeated)
  const asked = parameters.safeParse(Object.fromEntries(sent))
  if (asked.success) return asked.data
  const [issue] = asked.error.issues
  const field = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.')
  throw badInput(`${(issue?.message ?? 'These parameters cannot be read').replace(/\.$/, '')}.`, field)
}

function readFile(request: FastifyRequest, asked: Asked, limits: ReconcileLimits): Promise<OrderFile> {
  const charset = /;\s*charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1] ?? null
  // The request has to stay open when reading ends early, or nobody would hear why.
  const chunks: AsyncIterable<Buffer> = request.raw.iterator({ destroyOnReturn: false })
  return readOrderFile(decodeBody(chunks, charset, limits.maxBytes), {
    delimiter: asked.delimiter === undefined ? null : delimiters[asked.delimiter],
    decimal: asked.decimal,
    event: asked.event ?? null,
    maxRows: limits.maxRows,
  })
}

function refuseFile(reply: FastifyReply, problems: readonly Problem[]): FastifyReply {
  const lines = problems.map(({ line }) => line).join(', ')
  const message = `Nothing was compared, because the list cannot be read: see line ${lines}.`
  return reply.code(400).send({ code: 'BAD_USER_INPUT', message, field: null, problems })
}

function sendTable(reply: FastifyReply, reconciliation: Reconciliation): FastifyReply {
  if (reconciliation.truncated) {
    throw new CodedError(
      'TOO_COMPLEX',
      `There are more than ${maxDifferences} differences: take a shorter time.`,
      'from',
    )
  }
  const table = stringify({ header: true, columns: [...differenceColumns], record_delimiter: 'windows' })
  pipeline(Readable.from(toRows(reconciliation)), table, () => undefined)
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', 'attachment; filename="reconciliation.csv"')
    .send(table)
}

const statusOf: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  TOO_COMPLEX: 413,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
}
