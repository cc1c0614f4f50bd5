import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server'
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
import { CodedError, unauthenticated } from '../kernel/errors.js'
import { assertAffordable } from './cost.js'
import { limitsRule, maxTokens } from './limits.js'
import { type LogError, maskError } from './mask-error.js'
import type { Caller, OperationContext } from './operation-context.js'
import type { Operations } from './operations.js'
import { createEventStream, type EventStreamOptions, wantsEvents } from './sse.js'

export interface GraphqlHttpOptions<Context extends OperationContext> extends EventStreamOptions<Context> {
  readonly introspection: boolean
}

const bodyLimit = 256 * 1024

/** `/graphql` over HTTP, GET and POST; as a stream of events for those who accept that. */
export async function graphqlHttp<Context extends OperationContext>(
  app: FastifyInstance,
  options: GraphqlHttpOptions<Context>,
): Promise<void> {
  const { authenticator, publicUrl, introspection } = options
  const { schema, logError } = options.operations
  const apollo = new ApolloServer<Caller>({
    schema,
    introspection,
    nodeEnv: 'production',
    csrfPrevention: true,
    persistedQueries: false,
    hideSchemaDetailsFromClientErrors: !introspection,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens },
    validationRules: [limitsRule],
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
    const scope = await authenticator.authenticate(request.headers.authorization)
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
    bodyLimit,
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
  execute,
  contextOf,
  logError,
}: Operations<Context>): ApolloServerPlugin<Caller> {
  return {
    async requestDidStart() {
      let context: Context | undefined
      return {
        async didResolveOperation({ contextValue, document, operation, request }) {
          if (operation === undefined) return
          try {
            assertAffordable(schema, document, operation, request.variables)
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
        async willSendResponse() {
          void context?.snapshot.end()
        },
        async unexpectedErrorProcessingRequest() {
          void context?.snapshot.end()
        },
      }
    },
  }
}

function withStatus(status: number, error: CodedError): GraphQLError {
  return new GraphQLError(error.message, { originalError: error, extensions: { http: { status } } })
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
