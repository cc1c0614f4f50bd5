import { ApolloProvider, useQuery } from '@apollo/client/react'
import { Button, createTheme, MantineProvider } from '@mantine/core'
import { useEffect, useState } from 'react'
import { ViewerDocument } from '../generated/graph/viewer'
import { askAgain } from '../graph/ask-again'
import { createGraph } from '../graph/create-graph'
import { describeError } from '../graph/describe-error'
import { GraphContext } from '../graph/use-graph'
import { ViewerContext } from '../graph/use-viewer'
import { createNotices, NoticesContext } from '../notices/notices'
import type { Session } from '../session/session'
import { SignIn } from '../session/sign-in'
import { SessionContext, useSession, useSessionState } from '../session/use-session'
import { Failure } from '../states/failure'
import { type Leaving, LeavingContext } from './leaving'
import { Shell } from './shell'

const theme = createTheme({
  primaryColor: 'cyan',
  // White on it can be read in either scheme.
  primaryShade: 9,
  defaultRadius: 'sm',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, monospace',
  respectReducedMotion: true,
  cursorType: 'pointer',
})

export function Page({ session, leaving, nonce }: { session: Session; leaving: Leaving; nonce: string }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <SessionContext value={session}>
        <LeavingContext value={leaving}>
          <ByState />
        </LeavingContext>
      </SessionContext>
    </MantineProvider>
  )
}

function ByState() {
  const state = useSessionState()
  switch (state.kind) {
    case 'starting':
      return null
    case 'signedOut':
      return <SignIn why={state.why} demo={state.demo} />
    case 'signedIn':
      return <SignedIn />
  }
}

/** Each session has a graph of its own, so that nothing of one is left to the next. */
function SignedIn() {
  const session = useSession()
  const [graph] = useState(() => createGraph(session))
  const [notices] = useState(createNotices)
  useEffect(() => () => graph.close(), [graph])
  return (
    <GraphContext value={graph}>
      <ApolloProvider client={graph.client}>
        <NoticesContext value={notices}>
          <WithViewer />
        </NoticesContext>
      </ApolloProvider>
    </GraphContext>
  )
}

function WithViewer() {
  const session = useSession()
  const { data, error, refetch } = useQuery(ViewerDocument)
  if (data !== undefined) {
    return (
      <ViewerContext value={data.viewer}>
        <Shell />
      </ViewerContext>
    )
  }
  if (error === undefined) return null
  return (
    <main>
      <Failure title="Pulseback could not be opened" text={describeError(error)} onRetry={() => askAgain(refetch)}>
        <Button variant="subtle" onClick={session.signOut}>
          Sign out
        </Button>
      </Failure>
    </main>
  )
}
