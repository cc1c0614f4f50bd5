import type { ExecutionArgs, GraphQLError } from 'graphql'
import { CloseCode, type ServerOptions, type SubscribePayload } from 'graphql-ws'
import type { Authenticator } from '../access/authenticate.js'
import { CodedError } from '../kernel/errors.js'
import { claimId, holdsId, letIdGo, neverSettles } from './claim-id.js'
import type { Connections } from './connections.js'
import { executeOnce } from './execute-once.js'
import { maskError } from './mask-error.js'
import type { Caller, OperationContext } from './operation-context.js'
import type { Operations } from './operations.js'
import { ParkedOperation } from './parked-operation.js'
import { type SocketContext, type SocketState, socketClose } from './socket-state.js'
import type { ReadySubscription } from './subscriptions.js'
import { toGraphqlError } from './to-graphql-error.js'
import type { AnsweredOperation } from './watch-operations.js'

export type SocketOptions = ServerOptions<Record<string, unknown>, SocketState>

export interface SocketOperationsOptions<Context extends OperationContext> {
  readonly authenticator: Authenticator
  readonly connections: Connections
  readonly operations: Operations<Context>
  readonly maxOperations: number
}

/** An operation on its way from `onSubscribe` to where it is executed or parked; it claims its id itself. */
interface Starting {
  readonly state: SocketState
  readonly id: string
  kind: AnsweredOperation['kind']
  readonly sinceMs: number
  subscription: ReadySubscription | null
}

/**
 * How graphql-ws is to serve our sockets: the same rules, limits, snapshots and masking that operations over HTTP meet.
 * Apollo is not in the way here, so each of them is stated once more.
 */
export function createSocketOptions<Context extends OperationContext>(
  options: SocketOperationsOptions<Context>,
): SocketOptions {
  const { authenticator, connections, operations, maxOperations } = options
  const { schema, prepare, execute, subscriptions, contextOf, onOperation, logError } = operations
  const mask = (errors: readonly GraphQLError[]) => errors.map((error) => maskError(error, logError))

  const tell = ({ kind, sinceMs }: Starting, errors: AnsweredOperation['errors']) =>
    onOperation?.({ kind, tookMs: performance.now() - sinceMs, errors })

  /** What graphql-ws is to execute, or why it may not be. */
  async function start(
    { extra, subscriptions: open }: SocketContext,
    payload: SubscribePayload,
    starting: Starting,
  ): Promise<ExecutionArgs | readonly GraphQLError[]> {
    if (Object.keys(open).length > maxOperations) return [tooManyOperations(maxOperations)]
    const prepared = prepare(payload)
    if (!('document' in prepared)) return prepared
    const { document, operation } = prepared
    starting.kind = operation.operation
    const { operationName, variables: variableValues } = payload
    const args = { schema, document, operationName, contextValue: starting }
    if (operation.operation !== 'subscription') return { ...args, variableValues }
    const subscription = await subscriptions.prepare(prepared, variableValues ?? {}, callerOf(extra))
    if ('errors' in subscription) return subscription.errors
    starting.subscription = subscription
    // graphql-ws keeps the message for as long as the subscription lasts.
    Object.assign(payload, { query: '', variables: null })
    return args
  }

  return {
    // Ours watch over it: graphql-ws would keep a timer for each socket.
    connectionInitWaitTimeout: 0,

    async onConnect(context) {
      const { connectionParams, extra } = context
      const authorization = connectionParams?.authorization
      const access = await authenticator.open(typeof authorization === 'string' ? authorization : undefined)
      // Returning false would close with 4403, on which clients try again.
      if (access === null) extra.socket.close(CloseCode.Unauthorized, 'Unauthorized')
      else if (!connections.identify(extra, access)) {
        extra.socket.close(socketClose.tryAgainLater, 'This key has too many connections')
      } else {
        extra.context = context
        // The key is not kept, nor the memory that it takes.
        Object.assign(context, { connectionParams: undefined })
        return true
      }
      return false
    },

    async onSubscribe(context, id, payload) {
      const state = context.extra
      const starting: Starting = { state, id, kind: 'unknown', sinceMs: performance.now(), subscription: null }
      claimId(state, id, starting)
      const started = await start(context, payload, starting)
      if (!holdsId(state, id, starting)) {
        starting.subscription?.release()
        return neverSettles()
      }
      if (!('document' in started)) letIdGo(state, id, starting)
      return started
    },

    async execute(args) {
      // Put there by onSubscribe.
      const starting = args.contextValue as Starting
      const { state, id } = starting
      const result = await executeOnce(execute, args, contextOf(callerOf(state), starting.kind === 'mutation'))
      if (!holdsId(state, id, starting)) return neverSettles()
      letIdGo(state, id, starting)
      return result
    },

    // What a subscription sends does not pass through here: `onOperation` parks it.
    subscribe: () => ({ data: null }),
    onOperation({ extra }, id, _payload, { contextValue }: ExecutionArgs) {
      const starting = contextValue as Starting
      if (starting.subscription === null) return
      tell(starting, [])
      return new ParkedOperation(extra, id, starting, starting.subscription)
    },

    onNext(_ctx, _id, _payload, { contextValue }, result) {
      const errors = result.errors && mask(result.errors)
      tell(contextValue as Starting, errors ?? [])
      return errors && { ...result, errors }
    },
    onError(_ctx, _id, _payload, errors) {
      const masked = mask(errors)
      onOperation?.({ kind: 'unknown', tookMs: 0, errors: masked })
      return masked
    },
  }
}

function callerOf({ access, publicUrl }: SocketState): Caller {
  if (access === null) throw new Error('an operation was accepted before its socket was')
  return { scope: access.scope, publicUrl }
}

const tooManyOperations = (maxOperations: number): GraphQLError =>
  toGraphqlError(new CodedError('RATE_LIMITED', `A socket may have ${maxOperations} operations at a time.`))
