import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Rows } from '../database/rows.js'
import { badInput, CodedError, type ErrorCode, unauthenticated } from '../kernel/errors.js'
import { roles } from '../kernel/vocabulary.js'
import type { Authenticator } from './authenticate.js'
import { narrowScope } from './narrow-scope.js'
import type { Sessions } from './sessions.js'

export interface SessionRouteOptions {
  readonly rows: Rows
  readonly authenticator: Authenticator
  readonly sessions: Sessions
}

const wishText = z.strictObject({
  role: z.enum(roles).optional(),
  advertiserId: z.string().max(100).optional(),
  affiliateId: z.string().max(100).optional(),
  ttlSeconds: z.int().min(60).max(86_400).default(3_600),
})

const statusOf: Partial<Record<ErrorCode, number>> = { UNAUTHENTICATED: 401, FORBIDDEN: 403, INTERNAL: 500 }

/**
 * `POST /session`: a key begins a session (201), a session's token renews it (200): `{token, expiresAt}`. A refusal is
 * `{code, message, field}`.
 */
export async function sessionRoute(app: FastifyInstance, { rows, authenticator, sessions }: SessionRouteOptions) {
  app.setErrorHandler(answerError)

  app.post('/session', { bodyLimit: 4_096 }, async (request, reply) => {
    const access = await authenticator.open(request.headers.authorization)
    if (access === null) throw unauthenticated()
    const { ttlSeconds, ...wish } = readWish(request.body)
    const { session } = access
    if (session !== null && Object.keys(wish).length > 0) {
      throw badInput('A renewed session stays what it is: send ttlSeconds only.', Object.keys(wish)[0])
    }
    const scope = session === null ? await narrowScope(rows, access.scope, wish) : access.scope
    const issued = await sessions.issue(scope, ttlSeconds, session?.id)
    return reply
      .code(session === null ? 201 : 200)
      .header('cache-control', 'no-store')
      .send({ token: issued.token, expiresAt: issued.expiresAt.toISOString() })
  })
}

function readWish(body: unknown): z.infer<typeof wishText> {
  const wish = wishText.safeParse(body ?? {})
  if (wish.success) return wish.data
  const [issue] = wish.error.issues
  const field = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.')
  throw badInput(`${issue?.message ?? 'The body must be a JSON object'}.`, field || undefined)
}

async function answerError(error: FastifyError | CodedError, request: FastifyRequest, reply: FastifyReply) {
  if (error instanceof CodedError) {
    const { code, message, field } = error
    return reply.code(statusOf[code] ?? 400).send({ code, message, field: field ?? null })
  }
  const { statusCode = 500 } = error
  if (statusCode < 500)
    return reply.code(statusCode).send({ code: 'BAD_USER_INPUT', message: error.message, field: null })
  request.log.error(error)
  return reply.code(500).send({ code: 'INTERNAL', message: 'Something went wrong on our side.', field: null })
}
