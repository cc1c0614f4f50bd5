import type { GraphQLSchema } from 'graphql'
import type { LogError } from './mask-error.js'
import type { Caller, CreateContext, OperationContext } from './operation-context.js'
import { createPrepareOperation, type PrepareOperation } from './prepare-operation.js'
import { createSubscriptions, type Subscriptions, type SubscriptionsOptions } from './subscriptions.js'

/** What transports other than Apollo's serve operations with: one for all of them, so that they share the work. */
export interface Operations<Context extends OperationContext> {
  readonly schema: GraphQLSchema
  readonly prepare: PrepareOperation
  readonly subscriptions: Subscriptions
  /** A mutation sees what it has written, anything else one snapshot. */
  contextOf(caller: Caller, isMutation: boolean): Context
  readonly logError: LogError
}

export interface OperationsOptions<Context extends OperationContext> extends SubscriptionsOptions<Context> {
  readonly createContext: CreateContext<Context>
  readonly introspection: boolean
}

export function createOperations<Context extends OperationContext>(
  options: OperationsOptions<Context>,
): Operations<Context> {
  const { schema, snapshots, createContext, introspection, logError } = options
  return {
    schema,
    prepare: createPrepareOperation(schema, introspection),
    subscriptions: createSubscriptions(options),
    contextOf: ({ scope, publicUrl }, isMutation) =>
      createContext(scope, isMutation ? snapshots.autocommit() : snapshots.open(), publicUrl),
    logError,
  }
}
