import { ApolloClient, gql, InMemoryCache } from '@apollo/client'
import { fetchExchange, Client as UrqlClient } from '@urql/core'
import type { ClientOptions } from 'graphql-ws'
import { createLiveLink } from './apollo-link.js'
import { createResumingClient } from './resuming-client.js'
import { createLiveExchange } from './urql-exchange.js'

export interface Data {
  readonly conversions: { readonly conversion: { readonly transactionId: string } }
}

export interface Sink {
  next(data: Data): void
  failed(error: unknown): void
}

type Variables = Readonly<Record<string, unknown>>

/** Subscribes as an application does that uses this client, and gives what ends the subscription. */
export type Follow = (options: ClientOptions, variables: Variables, sink: Sink) => () => void

// Nothing here selects a cursor: that each message carries one beside its data is enough.
const query = `subscription Board($filter: ConversionFilter, $after: Cursor) {
  conversions(filter: $filter, after: $after) { conversion { id transactionId } }
}`

export const stockClients: Readonly<Record<string, Follow>> = {
  'graphql-ws': (options, variables, sink) =>
    createResumingClient(options).subscribe<Data>(
      { query, variables: { ...variables } },
      {
        next: ({ data, errors }) => (data == null ? sink.failed(errors) : sink.next(data)),
        error: sink.failed,
        complete: () => sink.failed('complete'),
      },
    ),

  'Apollo Client': (options, variables, sink) => {
    const client = new ApolloClient({ link: createLiveLink(options), cache: new InMemoryCache() })
    const subscription = client.subscribe<Data>({ query: gql(query), variables }).subscribe({
      next: ({ data, error }) => (data == null ? sink.failed(error) : sink.next(data)),
      error: sink.failed,
      complete: () => sink.failed('complete'),
    })
    return () => {
      subscription.unsubscribe()
      client.stop()
    }
  },

  urql: (options, variables, sink) => {
    const client = new UrqlClient({
      url: String(options.url).replace('ws', 'http'),
      exchanges: [fetchExchange, createLiveExchange(options)],
      preferGetMethod: false,
    })
    const { unsubscribe } = client
      .subscription<Data>(query, variables)
      .subscribe(({ data, error }) => (data == null || error ? sink.failed(error) : sink.next(data)))
    return unsubscribe
  },
}
