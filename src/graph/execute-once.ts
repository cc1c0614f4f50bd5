import type { ExecutionResult } from 'graphql'
import type { Execute, ExecutionRequest } from './execute.js'
import type { OperationContext } from './operation-context.js'

/** Executes one operation and ends its snapshot, whatever happens. */
export async function executeOnce(
  execute: Execute,
  request: ExecutionRequest,
  contextValue: OperationContext,
): Promise<ExecutionResult> {
  try {
    return await execute({ ...request, contextValue })
  } finally {
    // Not awaited: the answer need not wait for the end of a transaction that wrote nothing.
    void contextValue.snapshot.end()
  }
}
