import '@graphiql/react/style.css'
import '@graphiql/plugin-doc-explorer/style.css'
import '@graphiql/plugin-history/style.css'
import 'graphiql/graphiql.css'
import './editor.css'
import 'graphiql/setup-workers/vite'
import { GraphiQL } from 'graphiql'
import { buildSchema, type GraphQLSchema } from 'graphql'
import { useState, useSyncExternalStore } from 'react'
import { createRoot } from 'react-dom/client'
import { createFetcher } from './create-fetcher'
import { createStorage } from './create-storage'
import { reachPage, type SurroundingPage } from './reach-page'
import { starterQueries } from './starter-queries'

const noTabs = starterQueries.map((query) => ({ query, variables: null, headers: null }))

/** GraphiQL, signed in through the page around it. */
function Editor({ page, schema }: { page: SurroundingPage; schema: GraphQLSchema }) {
  const [fetcher] = useState(() => createFetcher(page))
  const [storage] = useState(() => createStorage(page))
  const scheme = useSyncExternalStore(page.onScheme, page.scheme)
  return (
    <GraphiQL
      fetcher={fetcher}
      schema={schema}
      storage={storage}
      defaultTabs={noTabs}
      forcedTheme={scheme}
      isHeadersEditorEnabled={false}
      showPersistHeadersSettings={false}
    />
  )
}

/** As text, which is there whether or not the server answers introspection. */
async function readSchema(): Promise<GraphQLSchema> {
  const response = await fetch('/schema.graphql', { credentials: 'omit' })
  if (!response.ok) throw new Error(`${response.status}`)
  return buildSchema(await response.text())
}

async function open(place: HTMLElement): Promise<void> {
  const page = reachPage()
  if (page === null) {
    place.append('This is a part of Pulseback’s explorer, which is at ', explorerLink(), '.')
    return
  }
  try {
    const [reached, schema] = await Promise.all([page, readSchema()])
    createRoot(place).render(<Editor page={reached} schema={schema} />)
  } catch {
    place.append('The schema could not be read. Check your connection, then open the explorer again.')
  }
}

function explorerLink(): HTMLAnchorElement {
  const link = document.createElement('a')
  link.href = '/explorer'
  link.textContent = '/explorer'
  return link
}

const place = document.getElementById('editor')
if (place !== null) void open(place)
