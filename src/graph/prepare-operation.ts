import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { assertAffordable } from './cost.js'
import type { DocumentCache } from './document-cache.js'
import { createLimitsRule, type OperationLimits } from './limits.js'
import { toGraphqlError } from './to-graphql-error.js'

export interface OperationRequest {
  readonly query: string
  readonly operationName?: string | null | undefined
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined
}

export interface Operation {
  /** The same object for the same text, as long as it is remembered. */
  readonly document: DocumentNode
  readonly operation: OperationDefinitionNode
}

export type PrepareOperation = (request: OperationRequest) => Operation | readonly GraphQLError[]

export interface PrepareOptions {
  readonly schema: GraphQLSchema
  /** Without it, errors give no hints either. */
  readonly introspection: boolean
  readonly limits: OperationLimits
  readonly documents: DocumentCache
}

/**
 * Reads an operation under the same rules as Apollo does for HTTP, for where Apollo is not in the way. Gives the errors
 * of one that may not be executed.
 */
export function createPrepareOperation({ schema, introspection, limits, documents }: PrepareOptions): PrepareOperation {
  const { maxTokens, maxRecords } = limits
  const own = [createLimitsRule(limits), ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])]
  const rules = [...specifiedRules, ...own]
  const withoutHints = { hideSuggestions: !introspection }

  function read(query: string): DocumentNode | readonly GraphQLError[] {
    const known = documents.get(query)
    if (known !== undefined) return known
    const document = parse(query, { maxTokens })
    const errors = validate(schema, document, rules, withoutHints)
    if (errors.length > 0) return errors
    documents.set(query, document)
    return document
  }

  return ({ query, operationName, variables }) => {
    try {
      const document = read(query)
      if (!('kind' in document)) return document
      const operation = getOperationAST(document, operationName)
      if (operation == null) return [new GraphQLError('Name one operation of the document.')]
      assertAffordable(schema, document, operation, variables ?? {}, maxRecords)
      return { document, operation }
    } catch (error) {
      if (error instanceof GraphQLError) return [error]
      return [toGraphqlError(error)]
    }
  }
}
