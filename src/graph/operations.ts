import type { GraphQLSchema } from 'graphql'
import { createDocumentCache, type DocumentCache } from './document-cache.js'
import { createExecute, type Execute } from './execute.js'
import type { OperationLimits } from './limits.js'
import type { LogError } from './mask-error.js'
import type { Caller, CreateContext, OperationContext } from './operation-context.js'
import { createPrepareOperation, type PrepareOperation } from './prepare-operation.js'
import { createSubscriptions, type Subscriptions, type SubscriptionsOptions } from './subscriptions.js'
import type { OnOperation } from './watch-operations.js'

/** What transports serve operations with: one for all of them, so that they share the work. */
export interface Operations<Context extends OperationContext> {
  readonly schema: GraphQLSchema
  readonly limits: OperationLimits
  readonly documents: DocumentCache
  readonly prepare: PrepareOperation
  readonly execute: Execute
  readonly subscriptions: Subscriptions
  /** A mutation sees what it has written, anything else one snapshot. */
  contextOf(caller: Caller, isMutation: boolean): Context
  readonly onOperation?: OnOperation
  readonly logError: LogError
}

export interface OperationsOptions<Context extends OperationContext>
  extends Omit<SubscriptionsOptions<Context>, 'execute'> {
  readonly createContext: CreateContext<Context>
  readonly operationLimits: OperationLimits
  readonly onOperation?: OnOperation
}

export function createOperations<Context extends OperationContext>(
  options: OperationsOptions<Context>,
): Operations<Context> {
  const { schema, snapshots, createContext, introspection, operationLimits, onOperation, logError } = options
  const execute = createExecute(schema, { hideSuggestions: !introspection })
  const documents = createDocumentCache()
  return {
    schema,
    limits: operationLimits,
    documents,
    prepare: createPrepareOperation({ schema, introspection, limits: operationLimits, documents }),
    execute,
    subscriptions: createSubscriptions({ ...options, execute }),
    contextOf: ({ scope, publicUrl }, isMutation) =>
      createContext(scope, isMutation ? snapshots.autocommit() : snapshots.open(), publicUrl),
    onOperation,
    logError,
  }
}
