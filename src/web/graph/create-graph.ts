import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, ServerError } from '@apollo/client'
import { SetContextLink } from '@apollo/client/link/context'
import { ErrorLink } from '@apollo/client/link/error'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { OperationTypeNode } from 'graphql'
import { CatchUpDocument } from '../generated/graph/catch-up'
import { ask } from '../session/ask'
import { type Session, sessionEnded } from '../session/session'
import { type Connection, createConnection } from './connection'
import { createSocket } from './create-socket'
import type { Feed } from './feeds'
import { hasCode } from './has-code'

/** All that the page knows of the server: queries and mutations over HTTP, subscriptions over one socket. */
export interface Graph {
  readonly client: ApolloClient
  readonly connection: Connection
  /** Keeps memory bounded; to be called now and then, when little is on the screen. */
  tidy(): void
  close(): void
}

const checkAgainMs = 250

export function createGraph(session: Session): Graph {
  const connection = createConnection()
  const onUnauthenticated = () => session.end(sessionEnded)

  const socket = createSocket({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    connection: connection.on,
    token: session.token,
    caughtUp,
    onUnauthenticated,
  })
  const authorize = new SetContextLink(async ({ headers }) => ({
    headers: { ...headers, authorization: `Bearer ${(await session.token()) ?? ''}` },
  }))
  const notice = new ErrorLink(({ error }) => {
    if (isUnauthenticated(error)) onUnauthenticated()
  })
  const cache = createCache()
  const client = new ApolloClient({
    link: ApolloLink.from([
      notice,
      ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new GraphQLWsLink(socket),
        ApolloLink.from([authorize, new HttpLink({ uri: '/graphql', fetch: ask })]),
      ),
    ]),
    cache,
    defaultOptions: { watchQuery: { fetchPolicy: 'cache-and-network' } },
  })

  /** A feed is up to date when the next thing that it lacks is younger than the question. */
  async function caughtUp(feeds: () => readonly Feed[], signal: AbortSignal): Promise<boolean> {
    let askedAt: string | null = null
    for (let waiting = true; waiting; ) {
      if (signal.aborted) return false
      waiting = false
      for (const { cursor, filter } of feeds()) {
        const variables = { after: cursor, filter: filter ?? null } as { after: string } // as the page itself sent it
        const answer = await client
          .query({ query: CatchUpDocument, variables, fetchPolicy: 'no-cache' })
          .catch(() => ({ data: undefined }))
        if (answer.data === undefined) {
          waiting = true
          continue
        }
        askedAt ??= answer.data.viewer.workspace.freshness.at
        const [next] = answer.data.changes.nodes
        if (next !== undefined && next.at <= askedAt) waiting = true
      }
      if (waiting) await new Promise((resolve) => setTimeout(resolve, checkAgainMs))
    }
    return !signal.aborted
  }

  return {
    client,
    connection,
    tidy: () => tidy(cache),
    close() {
      client.stop()
      void socket.dispose()
      void client.clearStore()
    },
  }
}

/** Records by their ids. A viewer has none, and there is one. */
const createCache = () =>
  new InMemoryCache({
    typePolicies: { Viewer: { keyFields: [] }, Workspace: { fields: { freshness: { merge: true } } } },
  })

const maxRecords = 5_000

/** A page that is open all day asks many questions. Beyond so many records all answers are forgotten but who asks. */
function tidy(cache: InMemoryCache): void {
  const { ROOT_QUERY = {}, ...records } = cache.extract()
  const answers = Object.keys(ROOT_QUERY).filter((field) => field !== '__typename' && field !== 'viewer')
  if (Object.keys(records).length + answers.length <= maxRecords) return
  for (const fieldName of new Set(answers.map((field) => field.split('(')[0]))) {
    cache.evict({ id: 'ROOT_QUERY', fieldName })
  }
  cache.gc()
}

const isUnauthenticated = (error: unknown): boolean =>
  ServerError.is(error) ? error.statusCode === 401 : hasCode(error, 'UNAUTHENTICATED')
