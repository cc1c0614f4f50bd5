import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit'
import { createClient } from 'graphql-ws'
import { asItStands } from './as-it-stands'
import type { SurroundingPage } from './reach-page'

const unauthenticatedCode = 4401

/** Queries and mutations over HTTP, subscriptions over a socket, each with the token of its moment. */
export function createFetcher({ token, refused }: Pick<SurroundingPage, 'token' | 'refused'>): Fetcher {
  const authorization = async () => `Bearer ${(await token()) ?? ''}`
  const wsClient = createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    connectionParams: async () => ({ authorization: await authorization() }),
    // A feed that went on by itself behind a break would not say that something is missing in it.
    retryAttempts: 0,
    on: {
      closed(event) {
        const { code } = event as CloseEvent // graphql-ws leaves it open, for sockets that are not the browser's
        if (code === unauthenticatedCode) refused()
      },
    },
  })
  const fetcher = createGraphiQLFetcher({
    url: '/graphql',
    wsClient,
    enableIncrementalDelivery: false,
    async fetch(input, init) {
      const headers = { ...init?.headers, authorization: await authorization() }
      const response = await window.fetch(input, { ...init, headers, credentials: 'omit' })
      if (response.status === 401) refused()
      return response
    },
  })
  return asItStands(fetcher)
}
