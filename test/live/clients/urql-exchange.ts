import { subscriptionExchange } from '@urql/core'
import type { ClientOptions } from 'graphql-ws'
import { createResumingClient } from './resuming-client.js'

export function createLiveExchange(options: ClientOptions) {
  const client = createResumingClient(options)
  return subscriptionExchange({
    forwardSubscription: (request) => ({
      subscribe: (sink) => ({ unsubscribe: client.subscribe({ ...request, query: request.query ?? '' }, sink) }),
    }),
  })
}
