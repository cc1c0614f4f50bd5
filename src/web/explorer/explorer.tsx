import { useQuery } from '@apollo/client/react'
import { useComputedColorScheme } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { IntrospectionDocument } from '../generated/explorer/explorer'
import type { Graph } from '../graph/create-graph'
import { useGraph } from '../graph/use-graph'
import { useSession } from '../session/use-session'
import { Heading } from '../shell/heading'
import classes from './explorer.module.css'
import type { Scheme } from './messages'
import { type WelcomedEditor, welcomeEditor } from './welcome-editor'

/** As long as somebody is signed in, what was typed is there again when the explorer is opened again. */
const draftsOf = new WeakMap<Graph, Map<string, string>>()

/** GraphiQL in a document of its own, whose policy allows what its editor needs and nothing else may. */
export default function Explorer() {
  const session = useSession()
  const graph = useGraph()
  const scheme: Scheme = useComputedColorScheme('light')
  const frame = useRef<HTMLIFrameElement>(null)
  const editor = useRef<WelcomedEditor>(null)
  const shown = useRef(scheme)
  shown.current = scheme

  useEffect(() => {
    if (frame.current === null) return
    const drafts = draftsOf.get(graph) ?? new Map<string, string>()
    draftsOf.set(graph, drafts)
    const welcomed = welcomeEditor(frame.current, session, drafts, () => shown.current)
    editor.current = welcomed
    // Only now, so that nobody knocks before there is someone to hear it.
    frame.current.src = '/explorer/editor/editor.html'
    return welcomed.close
  }, [graph, session])
  useEffect(() => editor.current?.show(scheme), [scheme])

  return (
    <div className={classes.explorer}>
      <Heading title="Explorer" note={<Note />} />
      <iframe ref={frame} className={classes.editor} title="GraphiQL, an editor for queries" />
    </div>
  )
}

function Note() {
  const { error } = useQuery(IntrospectionDocument, { fetchPolicy: 'no-cache' })
  const schema = <a href="/schema.graphql">schema.graphql</a>
  return (
    <>
      Ask the API anything that your role may see: it is what this page asks too. The schema is {schema}
      {error === undefined ? '.' : '; introspection is off on this server, so give other tools that file.'}
    </>
  )
}
