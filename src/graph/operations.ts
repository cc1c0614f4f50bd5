import type { GraphQLSchema } from 'graphql'
import { createExecute, type Execute } from './execute.js'
import type { LogError } from './mask-error.js'
import type { Caller, CreateContext, OperationContext } from './operation-context.js'
import { createPrepareOperation, type PrepareOperation } from './prepare-operation.js'
import { createSubscriptions, type Subscriptions, type SubscriptionsOptions } from './subscriptions.js'

/** What transports serve operations with: one for all of them, so that they share the work. */
export interface Operations<Context extends OperationContext> {
  readonly schema: GraphQLSchema
  readonly prepare: PrepareOperation
  readonly execute: Execute
  readonly subscriptions: Subscriptions
  /** A mutation sees what it has written, anything else one snapshot. */
  contextOf(caller: Caller, isMutation: boolean): Context
  readonly logError: LogError
}

export interface OperationsOptions<Context extends OperationContext>
  extends Omit<SubscriptionsOptions<Context>, 'execute'> {
  readonly createContext: CreateContext<Context>
  readonly introspection: boolean
}

export function createOperations<Context extends OperationContext>(
  options: OperationsOptions<Context>,
): Operations<Context> {
  const { schema, snapshots, createContext, introspection, logError } = options
  const execute = createExecute(schema)
  return {
    schema,
    prepare: createPrepareOperation(schema, introspection),
    execute,
    subscriptions: createSubscriptions({ ...options, execute }),
    contextOf: ({ scope, publicUrl }, isMutation) =>
      createContext(scope, isMutation ? snapshots.autocommit() : snapshots.open(), publicUrl),
    logError,
  }
}
