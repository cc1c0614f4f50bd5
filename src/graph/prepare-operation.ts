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
import { LRUCache } from 'lru-cache'
import { assertAffordable } from './cost.js'
import { limitsRule, maxTokens } from './limits.js'
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

const maxDocuments = 1_000
/** Of their texts; what is read of them takes far more. */
const maxCharacters = 1_000_000

/**
 * Reads an operation under the same rules as Apollo does for HTTP, for where Apollo is not in the way. Gives the errors
 * of one that may not be executed.
 */
export function createPrepareOperation(schema: GraphQLSchema, introspection: boolean): PrepareOperation {
  const rules = [...specifiedRules, limitsRule, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule])]
  const documents = new LRUCache<string, DocumentNode>({
    max: maxDocuments,
    maxSize: maxCharacters,
    sizeCalculation: (_document, query) => query.length,
  })

  function read(query: string): DocumentNode | readonly GraphQLError[] {
    const known = documents.get(query)
    if (known !== undefined) return known
    const document = parse(query, { maxTokens })
    const errors = validate(schema, document, rules)
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
      assertAffordable(schema, document, operation, variables ?? {})
      return { document, operation }
    } catch (error) {
      if (error instanceof GraphQLError) return [error]
      return [toGraphqlError(error)]
    }
  }
}
