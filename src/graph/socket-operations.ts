import { type ExecutionArgs, GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql'
import { CloseCode, type ServerOptions } from 'graphql-ws'
import type { WebSocket } from 'ws'
import type { Access, Authenticator } from '../access/authenticate.js'
import type { Snapshots } from '../database/snapshot.js'
import { CodedError } from '../kernel/errors.js'
import { executeOnce, subscribeWithFreshContext } from './execute-events.js'
import { type LogError, maskError } from './mask-error.js'
import type { Caller, CreateContext, OperationContext } from './operation-context.js'
import { createPrepareOperation } from './prepare-operation.js'

/** What we know of one socket; graphql-ws carries it as `ctx.extra`. */
export interface SocketState {
  readonly socket: WebSocket
  readonly publicUrl: string
  /** Null until its `connection_init` was accepted. */
  access: Access | null
  /** Whether anything was heard of it since the last heartbeat. */
  isAlive: boolean
}

export type SocketOptions = ServerOptions<Record<string, unknown>, SocketState>

/** Lets live feeds serve subscriptions in their own way; without it each subscriber's events are executed for it alone. */
export interface LiveHooks {
  /** `args.contextValue` is the `Caller`. */
  readonly subscribe?: SocketOptions['subscribe']
  readonly onOperation?: SocketOptions['onOperation']
  /** What a heartbeat tells this socket: how far a feed is that has nothing to send. */
  readonly pingPayload?: (state: SocketState) => Record<string, unknown> | undefined
}

export interface SocketOperationsOptions<Context extends OperationContext> {
  readonly schema: GraphQLSchema
  readonly authenticator: Authenticator
  readonly snapshots: Snapshots
  readonly createContext: CreateContext<Context>
  readonly introspection: boolean
  readonly logError: LogError
  readonly live?: LiveHooks | undefined
}

const initTimeoutMs = 3_000
const maxOperations = 100

/**
 * How graphql-ws is to serve our sockets: the same rules, limits, snapshots and masking that operations over HTTP meet.
 * Apollo is not in the way here, so each of them is stated once more.
 */
export function createSocketOptions<Context extends OperationContext>(
  options: SocketOperationsOptions<Context>,
): SocketOptions {
  const { schema, authenticator, snapshots, createContext, introspection, logError, live } = options
  const prepare = createPrepareOperation(schema, introspection)
  const mask = (errors: readonly GraphQLError[]) => errors.map((error) => maskError(error, logError))

  function contextOf(args: ExecutionArgs, isMutation: boolean): Context {
    // Put there by onSubscribe.
    const { scope, publicUrl } = args.contextValue as Caller
    return createContext(scope, isMutation ? snapshots.autocommit() : snapshots.open(), publicUrl)
  }

  return {
    connectionInitWaitTimeout: initTimeoutMs,

    async onConnect({ connectionParams, extra }) {
      const authorization = connectionParams?.authorization
      extra.access = await authenticator.open(typeof authorization === 'string' ? authorization : undefined)
      // Returning false would close with 4403, on which clients try again.
      if (extra.access === null) extra.socket.close(CloseCode.Unauthorized, 'Unauthorized')
      return extra.access !== null
    },

    onSubscribe({ extra, subscriptions }, _id, payload) {
      if (Object.keys(subscriptions).length > maxOperations) return [tooManyOperations()]
      const prepared = prepare(payload)
      if (!('document' in prepared)) return prepared
      const { access, publicUrl } = extra
      if (access === null) throw new Error('an operation was accepted before its socket was')
      const caller: Caller = { scope: access.scope, publicUrl }
      const { operationName, variables } = payload
      return { schema, document: prepared.document, operationName, variableValues: variables, contextValue: caller }
    },

    execute(args) {
      const operation = getOperationAST(args.document, args.operationName)
      return executeOnce(args, contextOf(args, operation?.operation === 'mutation'))
    },

    // graphql-ws waits for what this gives, whatever its type says.
    subscribe: live?.subscribe ?? ((args) => subscribeWithFreshContext(args, () => contextOf(args, false))),
    onOperation: live?.onOperation,

    onNext: (_ctx, _id, _payload, _args, result) =>
      result.errors === undefined ? undefined : { ...result, errors: mask(result.errors) },
    onError: (_ctx, _id, _payload, errors) => mask(errors),
  }
}

function tooManyOperations(): GraphQLError {
  const originalError = new CodedError('RATE_LIMITED', `A socket may have ${maxOperations} operations at a time.`)
  return new GraphQLError(originalError.message, { originalError })
}
