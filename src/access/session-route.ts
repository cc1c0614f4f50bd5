import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Rows } from '../database/rows.js'
import { badInput, CodedError, type ErrorCode, unauthenticated } from '../kernel/errors.js'
import { roles } from '../kernel/vocabulary.js'
import type { Authenticator } from './authenticate.js'
import { narrowScope } from './narrow-scope.js'
import type { Scope } from './scope.js'
import type { NewSession, Sessions } from './sessions.js'

export interface SessionRouteOptions {
  readonly rows: Rows
  readonly authenticator: Authenticator
  readonly sessions: Sessions
  /** Null: this is no demo, and nobody comes in without a key. */
  readonly demo: DemoAccess | null
}

/** Whom a demo lets in without a key. */
export const demoRoles = ['ADMIN', 'ADVERTISER', 'AFFILIATE'] as const
export type DemoRole = (typeof demoRoles)[number]

export interface DemoAccess {
  /** Whose eyes a visitor of that role gets; null: nobody of that role is there yet. */
  scopeOf(role: DemoRole): Promise<Scope | null>
}

const ttlSeconds = z.int().min(60).max(86_400).default(3_600)
const demoWish = z.strictObject({ demo: z.enum(demoRoles), ttlSeconds })
const wishText = z.strictObject({
  role: z.enum(roles).optional(),
  advertiserId: z.string().max(100).optional(),
  affiliateId: z.string().max(100).optional(),
  ttlSeconds,
})

const statusOf: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  INTERNAL: 500,
  UNAVAILABLE: 503,
}

/**
 * `POST /session`: a key begins a session (201), a session's token renews it (200): `{token, expiresAt}`. A refusal is
 * `{code, message, field}`. Where this is a demo, `{"demo": "ADMIN"}` begins one without a key; `GET /session` tells as
 * whom: `{demo: [...]}`, and nobody otherwise.
 */
export async function sessionRoute(app: FastifyInstance, options: SessionRouteOptions) {
  const { rows, authenticator, sessions, demo } = options
  app.setErrorHandler(answerError)

  app.get('/session', (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ demo: demo === null ? [] : demoRoles }),
  )

  app.post('/session', { bodyLimit: 4_096 }, async (request, reply) => {
    const { authorization } = request.headers
    if (demo !== null && authorization === undefined && asksForDemo(request.body)) {
      const { demo: role, ttlSeconds } = readBody(demoWish, request.body)
      const scope = await demo.scopeOf(role)
      if (scope === null) throw new CodedError('UNAVAILABLE', 'The demo is still being set up: try again in a moment.')
      return answer(reply, 201, await sessions.issue(scope, ttlSeconds))
    }
    const access = await authenticator.open(authorization)
    if (access === null) throw unauthenticated()
    const { ttlSeconds, ...wish } = readBody(wishText, request.body)
    const { session } = access
    if (session !== null && Object.keys(wish).length > 0) {
      throw badInput('A renewed session stays what it is: send ttlSeconds only.', Object.keys(wish)[0])
    }
    const scope = session === null ? await narrowScope(rows, access.scope, wish) : access.scope
    return answer(reply, session === null ? 201 : 200, await sessions.issue(scope, ttlSeconds, session?.id))
  })
}

const asksForDemo = (body: unknown) => typeof body === 'object' && body !== null && 'demo' in body

const answer = (reply: FastifyReply, status: number, { token, expiresAt }: NewSession) =>
  reply.code(status).header('cache-control', 'no-store').send({ token, expiresAt: expiresAt.toISOString() })

function readBody<Shape extends z.ZodType>(shape: Shape, body: unknown): z.infer<Shape> {
  const wish = shape.safeParse(body ?? {})
  if (wish.success) return wish.data
  const [issue] = wish.error.issues
  const field = issue?.code === 'unrecognized_keys' ? issue.keys[0] : issue?.path.join('.')
  throw badInput(`${issue?.message ?? 'The body must be a JSON object'}.`, field || undefined)
}

async function answerError(error: FastifyError | CodedError, request: FastifyRequest, reply: FastifyReply) {
  if (error instanceof CodedError) {
    const { code, message, field } = error
    if (code === 'UNAVAILABLE') reply.header('retry-after', '1')
    return reply.code(statusOf[code] ?? 400).send({ code, message, field: field ?? null })
  }
  const { statusCode = 500 } = error
  if (statusCode < 500)
    return reply.code(statusCode).send({ code: 'BAD_USER_INPUT', message: error.message, field: null })
  request.log.error(error)
  return reply.code(500).send({ code: 'INTERNAL', message: 'Something went wrong on our side.', field: null })
}
