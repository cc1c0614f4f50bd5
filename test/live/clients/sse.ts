import { type ClientOptions, createClient, type ExecutionResult, type RequestParams, type Sink } from 'graphql-sse'

/** A subscription over Server-Sent Events that goes on where a lost connection left it; gives what ends it. */
export function followOverSse(options: ClientOptions, request: RequestParams, sink: Sink<ExecutionResult>): () => void {
  // The client sends this very object again, as it is then.
  const variables = { ...request.variables }
  const client = createClient({
    retry: (retries) => new Promise((go) => setTimeout(go, Math.random() * Math.min(2 ** retries, 15) * 1000)),
    ...options,
    retryAttempts: Infinity,
  })
  const next = (result: ExecutionResult) => {
    variables.after = result.extensions?.cursor ?? variables.after
    sink.next(result)
  }
  return client.subscribe({ ...request, variables }, { ...sink, next })
}
