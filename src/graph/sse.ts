import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Access, Authenticator } from '../access/authenticate.js'
import { badInput, CodedError, type ErrorCode, unauthenticated } from '../kernel/errors.js'
import type { Outlet } from '../live/outlet.js'
import type { Connection, Connections } from './connections.js'
import { executeOnce } from './execute-once.js'
import { maskError } from './mask-error.js'
import type { Caller, OperationContext } from './operation-context.js'
import type { Operations } from './operations.js'
import type { Operation, OperationRequest } from './prepare-operation.js'
import type { ReadySubscription } from './subscriptions.js'
import { kindOf } from './watch-operations.js'

export interface EventStreamOptions<Context extends OperationContext> {
  readonly authenticator: Authenticator
  readonly connections: Connections
  readonly operations: Operations<Context>
  /** What links begin with, as this request sees us. */
  readonly publicUrl: (request: IncomingMessage) => string
}

/** Whether a request wants its answer as a stream of events. */
export const wantsEvents = ({ headers }: FastifyRequest): boolean =>
  headers.accept?.includes('text/event-stream') ?? false

/**
 * `/graphql` as server-sent events, one operation a request, by the "distinct connections" form of graphql-sse: `next`
 * with a result as often as there is one, then `complete`. Each `next` has its cursor as `id`, so a client that sends
 * `Last-Event-ID` goes on behind it, as one does that sets `after`.
 */
export function createEventStream<Context extends OperationContext>(
  options: EventStreamOptions<Context>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const { authenticator, connections, operations, publicUrl } = options
  const { prepare, execute, subscriptions, contextOf, onOperation, logError } = operations

  async function answerOnce({ document, operation }: Operation, asked: OperationRequest, caller: Caller) {
    const { operationName, variables } = asked
    const request = { document, operationName, variableValues: variables }
    const context = contextOf(caller, operation.operation === 'mutation')
    const { data, errors } = await executeOnce(execute, request, context)
    return errors === undefined ? { data } : { errors, data }
  }

  /** Puts a finished answer into the stream and ends it. */
  function finish(stream: EventStream, { errors, data }: { errors?: readonly unknown[]; data?: unknown }) {
    const masked = errors?.map((error) => maskError(error, logError))
    stream.next(Buffer.from(JSON.stringify({ errors: masked, data })), null)
    stream.complete()
    return masked ?? []
  }

  async function answer(request: FastifyRequest, reply: FastifyReply, access: Access): Promise<void> {
    const startedAtMs = performance.now()
    const caller: Caller = { scope: access.scope, publicUrl: publicUrl(request.raw) }
    const asked = readRequest(request)
    const operation = prepare(asked)
    const kind = kindOf('document' in operation ? operation.operation.operation : undefined)
    /** Answers in a stream that ends with it. */
    const end = (result: { errors?: readonly unknown[]; data?: unknown }) => {
      const errors = finish(openStream(reply), result)
      onOperation?.({ kind, tookMs: performance.now() - startedAtMs, errors })
    }
    if (!('document' in operation)) return end({ errors: operation })
    if (operation.operation.operation === 'mutation' && request.method === 'GET') {
      throw badInput('A mutation must be sent by POST.')
    }
    if (operation.operation.operation !== 'subscription') {
      return end(await answerOnce(operation, asked, caller))
    }
    const after = lastEventId(request)
    const subscription = await subscriptions.prepare(operation, asked.variables ?? {}, caller, after)
    if ('errors' in subscription) return end(subscription)
    onOperation?.({ kind, tookMs: performance.now() - startedAtMs, errors: [] })
    follow(openStream(reply), subscription, access, request.ip)
  }

  function follow(stream: EventStream, subscription: ReadySubscription, access: Access, address: string): void {
    if (!stream.isOpen()) {
      subscription.release()
      return
    }
    const { group, place } = subscription
    const outlet: Outlet = {
      bufferedBytes: stream.bufferedBytes,
      push: (payloads) => {
        for (const { body, cursor } of payloads) stream.next(body, cursor)
      },
      fail: (error) => void finish(stream, { errors: [error] }),
      sendAway: () => stream.destroy(),
    }
    const connection: Connection = {
      address,
      access: null,
      // What comes after it would belong to the next connection: nothing is said, the client comes back by itself.
      end: () => stream.end(),
      beat: () => stream.beat(group.checkpoint(outlet)),
    }
    connections.add(connection)
    stream.onClose(() => {
      group.leave(outlet)
      subscription.release()
      connections.remove(connection)
    })
    if (!connections.identify(connection, access)) {
      finish(stream, { errors: [new CodedError('RATE_LIMITED', 'This key has too many connections.')] })
      return
    }
    group.join(outlet, place)
  }

  return async (request, reply) => {
    try {
      const access = await authenticator.open(request.headers.authorization)
      if (access === null) throw unauthenticated()
      if (!connections.hasRoomFor(request.ip)) {
        throw new CodedError('UNAVAILABLE', 'There are too many connections: try again in a moment.')
      }
      await answer(request, reply, access)
    } catch (error) {
      if (reply.sent) throw error
      refuse(reply, error)
    }
  }

  function refuse(reply: FastifyReply, error: unknown): void {
    const told = maskError(error, logError)
    onOperation?.({ kind: 'unknown', tookMs: 0, errors: [told] })
    const status = statusOf[told.extensions?.code as ErrorCode] ?? 400 // of ours, as every masked error's
    if (status === 503) reply.header('retry-after', '1')
    void reply.code(status).send({ errors: [told] })
  }
}

const statusOf: Partial<Record<ErrorCode, number>> = { UNAUTHENTICATED: 401, INTERNAL: 500, UNAVAILABLE: 503 }

function lastEventId({ headers }: FastifyRequest): string | null {
  const id = headers['last-event-id']
  return typeof id === 'string' && id !== '' ? id : null
}

/** The operation in a body or a query, in the same form as for answers that are no streams. */
function readRequest(request: FastifyRequest): OperationRequest {
  const { query, operationName, variables } =
    request.method === 'GET' ? readQuery(request.url) : ((request.body ?? {}) as Partial<OperationRequest>)
  if (typeof query !== 'string') throw badInput('Send the operation as `query`.', 'query')
  if (operationName != null && typeof operationName !== 'string') {
    throw badInput('operationName must be text.', 'operationName')
  }
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables))) {
    throw badInput('variables must be an object.', 'variables')
  }
  return { query, operationName, variables }
}

function readQuery(url: string): Partial<OperationRequest> {
  const parameters = new URL(url, 'http://localhost').searchParams
  const variables = parameters.get('variables')
  return {
    query: parameters.get('query') ?? '',
    operationName: parameters.get('operationName'),
    variables: variables === null ? null : readJson(variables),
  }
}

function readJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text)
  } catch {
    throw badInput('variables must be JSON.', 'variables')
  }
}

interface EventStream {
  next(body: Buffer, id: string | null): void
  complete(): void
  /** Shows life; with an id, what is sent next time as `Last-Event-ID`, without an event. */
  beat(id: string | null): void
  isOpen(): boolean
  bufferedBytes(): number
  onClose(listener: () => void): void
  end(): void
  destroy(): void
}

const nextHead = (id: string | null) => `event: next\n${id === null ? '' : `id: ${id}\n`}data: `
const endOfEvent = Buffer.from('\n\n')

function openStream(reply: FastifyReply): EventStream {
  reply.hijack()
  const response: ServerResponse = reply.raw
  response.writeHead(200, {
    // What CORS says of it, among others.
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // Nothing comes behind a stream, and a node that stops is not to wait for its connection.
    connection: 'close',
    // Proxies that gather answers would hold back events.
    'x-accel-buffering': 'no',
  })
  response.flushHeaders()
  // A connection that breaks: `close` follows.
  response.on('error', () => response.destroy())
  const write = (piece: string | Buffer) => void (response.writable && response.write(piece))
  return {
    next: (body, id) => write(Buffer.concat([Buffer.from(nextHead(id)), body, endOfEvent])),
    complete() {
      write('event: complete\ndata: \n\n')
      response.end()
    },
    beat: (id) => write(id === null ? ':\n\n' : `id: ${id}\n\n`),
    isOpen: () => !response.destroyed && !response.closed,
    bufferedBytes: () => response.writableLength,
    onClose: (listener) => void response.once('close', listener),
    end: () => response.end(),
    destroy: () => response.destroy(),
  }
}
