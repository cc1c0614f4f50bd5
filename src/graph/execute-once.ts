import { type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import type { OperationContext } from './operation-context.js'

/** Executes one operation and ends its snapshot, whatever happens. */
export async function executeOnce(args: ExecutionArgs, contextValue: OperationContext): Promise<ExecutionResult> {
  try {
    return await execute({ ...args, contextValue })
  } finally {
    // Not awaited: the answer need not wait for the end of a transaction that wrote nothing.
    void contextValue.snapshot.end()
  }
}
