import type { GraphQLFormattedError, OperationTypeNode } from 'graphql'

/** An operation that was answered; of a subscription, that it began or may not. */
export interface AnsweredOperation {
  /** `unknown`: it was refused before it could be read. */
  readonly kind: `${OperationTypeNode}` | 'unknown'
  readonly tookMs: number
  /** As the client gets them. */
  readonly errors: readonly GraphQLFormattedError[]
}

/** Told of each operation of whatever transport. */
export type OnOperation = (operation: AnsweredOperation) => void

export const kindOf = (operation: OperationTypeNode | undefined): AnsweredOperation['kind'] => operation ?? 'unknown'
