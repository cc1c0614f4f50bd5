import { ApolloServer, type ApolloServerPlugin, type GraphQLResponse, HeaderMap } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError } from 'graphql'
import { badInput, CodedError, isUnavailable, unauthenticated } from '../kernel/errors.js'
import { assertAffordable } from './cost.js'
import { createLimitsRule } from './limits.js'
import { type LogError, maskError } from './mask-error.js'
import type { Caller, OperationContext } from './operation-context.js'
import type { Operations } from './operations.js'
import { createEventStream, type EventStreamOptions, wantsEvents } from './sse.js'
import { kindOf } from './watch-operations.js'

export interface GraphqlHttpOptions<Context extends OperationContext> extends EventStreamOptions<Context> {
  readonly introspection: boolean
  readonly maxBodyBytes: number
}

/** `/graphql` over HTTP, GET and POST; as a stream of events for those who accept that. */
export async function graphqlHttp<Context extends OperationContext>(
  app: FastifyInstance,
  options: GraphqlHttpOptions<Context>,
): Promise<void> {
  const { authenticator, publicUrl, introspection, maxBodyBytes } = options
  const { schema, documents, limits, logError } = options.operations
  const apollo = new ApolloServer<Caller>({
    schema,
    introspection,
    nodeEnv: 'production',
    csrfPrevention: true,
    persistedQueries: false,
    documentStore: {
      get: async (key) => documents.get(key),
      set: async (key, document) => void documents.set(key, document),
      delete: async (key) => documents.delete(key),
    },
    hideSchemaDetailsFromClientErrors: !introspection,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: limits.maxTokens },
    validationRules: [createLimitsRule(limits)],
    validationOptions: { hideSuggestions: !introspection },
    formatError: (_formatted, error) => maskError(error, logError),
    stringifyResult: JSON.stringify,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      executionPlugin(options.operations),
    ],
  })
  await apollo.start()
  app.addHook('onClose', () => apollo.stop())
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, logError))

  async function context(request: FastifyRequest, { raw }: FastifyReply): Promise<Caller> {
    const scope = await authenticator.authenticate(request.headers.authorization).catch((error: unknown) => {
      throw isUnavailable(error) ? withStatus(503, error) : error
    })
    if (scope === null) throw withStatus(401, unauthenticated())
    const left = new AbortController()
    raw.once('close', () => raw.writableFinished || left.abort())
    return { scope, publicUrl: publicUrl(request.raw), signal: left.signal }
  }

  const answer = fastifyApolloHandler(apollo, { context })
  const answerWithEvents = createEventStream(options)
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    bodyLimit: maxBodyBytes,
    onRequest: async (_request, reply) => void reply.header('cache-control', 'no-store'),
    async handler(request, reply) {
      return wantsEvents(request) ? answerWithEvents(request, reply) : answer.call(this, request, reply)
    },
  })
}

/**
 * Executes in Apollo's place. A query reads one snapshot; a mutation sees what it has written. Either is ended with the
 * answer.
 */
function executionPlugin<Context extends OperationContext>({
  schema,
  limits,
  execute,
  contextOf,
  onOperation,
  logError,
}: Operations<Context>): ApolloServerPlugin<Caller> {
  return {
    async contextCreationDidFail({ error }) {
      onOperation?.({ kind: 'unknown', tookMs: 0, errors: [maskError(error, () => undefined)] })
    },
    async requestDidStart() {
      const startedAtMs = performance.now()
      let context: Context | undefined
      return {
        async didResolveOperation({ contextValue, document, operation, request }) {
          if (operation === undefined) return
          if (operation.operation === 'subscription') throw withStatus(400, noStream())
          try {
            assertAffordable(schema, document, operation, request.variables ?? {}, limits.maxRecords)
          } catch (error) {
            throw error instanceof CodedError ? withStatus(400, error) : error
          }
          // The caller is known before the operation is; now that it is, the rest of the context joins it.
          context = contextOf(contextValue, operation.operation === 'mutation')
          const { snapshot, explained } = context
          if (request.extensions?.explain === true) explained.told = {}
          contextValue.signal?.addEventListener('abort', () => void snapshot.cancel().catch(() => undefined))
          Object.assign(contextValue, context)
        },
        async responseForOperation({ contextValue, document, operation, request }) {
          // Apollo tells what is wrong with its name.
          if (operation === undefined) return null
          const { operationName, variables: variableValues } = request
          const { data, errors } = await execute({ document, operationName, variableValues, contextValue })
          const extensions = context?.explained.told ?? undefined
          const singleResult = { data, errors: errors?.map((error) => maskError(error, logError)), extensions }
          // Without data, nothing was executed: the variables do not fit.
          const head = { status: data === undefined ? 400 : undefined, headers: new HeaderMap() }
          return { http: head, body: { kind: 'single', singleResult } }
        },
        // Not awaited: the answer need not wait for the end of a transaction that wrote nothing.
        async willSendResponse({ operation, request, response: { body, http } }) {
          if (http.status === 400 && wantsPlainJson(request.http?.headers.get('accept')) && isOnlyWrong(body)) {
            http.status = 200
          }
          void context?.snapshot.end()
          const errors = (body.kind === 'single' && body.singleResult.errors) || []
          onOperation?.({ kind: kindOf(operation?.operation), tookMs: performance.now() - startedAtMs, errors })
        },
        async unexpectedErrorProcessingRequest() {
          void context?.snapshot.end()
        },
      }
    },
  }
}

/**
 * `application/json` is what GraphQL was answered in before it had a type of its own, and those who name that and not
 * `application/graphql-response+json` are told by the specification's own words that their request was wrong by `errors`
 * alone. Whoever names neither is told by the status as well.
 */
const wantsPlainJson = (accept = ''): boolean =>
  accept.includes('application/json') && !accept.includes('application/graphql-response+json')

const isOnlyWrong = (body: GraphQLResponse['body']): boolean =>
  body.kind === 'single' &&
  (body.singleResult.errors ?? []).every(({ extensions }) => extensions?.code === 'BAD_USER_INPUT')

const noStream = () => badInput('Send a subscription over WebSocket, or accept text/event-stream.')

function withStatus(status: number, error: CodedError): GraphQLError {
  const headers = new HeaderMap(status === 503 ? [['retry-after', '1']] : [])
  return new GraphQLError(error.message, { originalError: error, extensions: { http: { status, headers } } })
}

/** What Fastify refuses before GraphQL sees it: a body too large or not JSON. */
async function answerError(error: FastifyError, _request: FastifyRequest, reply: FastifyReply, logError: LogError) {
  const { statusCode = 500 } = error
  const isTheirs = statusCode < 500
  const told = isTheirs
    ? { message: error.message, extensions: { code: 'BAD_USER_INPUT' } }
    : maskError(error, logError)
  return reply.code(isTheirs ? statusCode : 500).send({ errors: [told] })
}
