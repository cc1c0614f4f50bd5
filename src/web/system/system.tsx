import { useQuery } from '@apollo/client/react'
import { useFormats } from '../figures/formats'
import { SystemBooksDocument } from '../generated/system/system'
import { useViewer } from '../graph/use-viewer'
import { Heading } from '../shell/heading'
import { Loading } from '../states/loading'
import { Details } from './details'
import classes from './system.module.css'
import { useProbes } from './use-probes'
import { judge } from './verdict'

const everyMs = 5_000
const signs = { good: '✓', warn: '!', bad: '×', none: '…' }

/** How this server and the books are: first in words, then in figures. It asks again by itself. */
export default function System() {
  const { workspace } = useViewer()
  const formats = useFormats()
  const server = useProbes(everyMs)
  const { data, previousData, error } = useQuery(SystemBooksDocument, {
    fetchPolicy: 'no-cache',
    pollInterval: everyMs,
    skipPollAttempt: () => document.visibilityState !== 'visible',
  })
  const books = (data ?? previousData)?.viewer.workspace ?? null
  // An answer that is on its way to a database that is away may be long in coming.
  const isStale = error !== undefined || (server.kind === 'told' && server.probes.isDatabaseAway)
  const verdict = judge(server, isStale ? undefined : (books?.freshness ?? null), formats)

  return (
    <>
      <Heading
        title="System"
        note={`The server that answers this page, asked every ${everyMs / 1_000} seconds. Times are in ${workspace.timeZone}.`}
      />
      <div className={classes.verdict} data-tone={verdict.tone} role="status">
        <span className={classes.sign} aria-hidden="true">
          {signs[verdict.tone]}
        </span>
        <div>
          <p className={classes.title}>{verdict.title}</p>
          <p className={classes.text}>{verdict.text}</p>
        </div>
      </div>
      {server.kind === 'told' ? (
        <Details probes={server.probes} atMs={server.atMs} books={books} isStale={isStale} />
      ) : (
        server.kind === 'asking' && <Loading height="22rem" />
      )}
    </>
  )
}
