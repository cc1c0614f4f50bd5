import type { Fetcher } from '@graphiql/toolkit'
import { type DocumentNode, getOperationAST, parse } from 'graphql'

/**
 * GraphiQL reads the document a moment after it was typed, or its tab was chosen. Whoever runs it sooner would send the
 * new text with the old one's operation, and a subscription as a query: so what stands there is read once more.
 */
export const asItStands =
  (fetcher: Fetcher): Fetcher =>
  (asked, options) => {
    const documentAST = tryToParse(asked.query)
    // The server says best what is wrong with it.
    if (documentAST === null) return fetcher(asked, options)
    const operation = getOperationAST(documentAST, asked.operationName) ?? getOperationAST(documentAST)
    const operationName = operation == null ? asked.operationName : operation.name?.value
    return fetcher({ ...asked, operationName }, { ...options, documentAST })
  }

function tryToParse(text: string): DocumentNode | null {
  try {
    return parse(text)
  } catch {
    return null
  }
}
