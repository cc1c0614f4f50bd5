import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { PerformanceInput } from '../generated/reports/reports'
import { useSession } from '../session/use-session'
import classes from './builder.module.css'
import { download, exportAddress, type Format, formats } from './download'
import { Panel } from './panel'
import type { Report } from './report'

type Progress =
  | { readonly kind: 'none' }
  | { readonly kind: 'fetching'; readonly bytes: number }
  | { readonly kind: 'done'; readonly bytes: number }
  | { readonly kind: 'failed'; readonly why: string }

/** All rows and all figures of the report as a file. Away from the report, what is not done is given up. */
export function DownloadPanel({ report, question }: { report: Report; question: PerformanceInput }) {
  const session = useSession()
  const [progress, setProgress] = useState<Progress>({ kind: 'none' })
  const running = useRef<AbortController | null>(null)
  useEffect(() => () => running.current?.abort(), [])

  async function fetchFile(format: Format): Promise<void> {
    const own = new AbortController()
    running.current = own
    setProgress({ kind: 'fetching', bytes: 0 })
    try {
      const bytes = await download(exportAddress(report, question, format), format, {
        token: (await session.token()) ?? '',
        onBytes: (fetched) => setProgress({ kind: 'fetching', bytes: fetched }),
        signal: own.signal,
      })
      setProgress({ kind: 'done', bytes })
    } catch (error) {
      if (own.signal.aborted) setProgress({ kind: 'none' })
      else setProgress({ kind: 'failed', why: error instanceof Error ? error.message : String(error) })
    }
  }

  return (
    <Panel name="Download" says={progress.kind === 'fetching' ? megabytes(progress.bytes) : ''}>
      {() => (
        <div className={classes.download}>
          <p className={classes.meaning}>All rows and all figures, as they are now.</p>
          <ul className={classes.ways}>
            {formats.map((format) => (
              <li key={format.name}>
                <button
                  type="button"
                  className={classes.way}
                  disabled={progress.kind === 'fetching'}
                  onClick={() => void fetchFile(format)}
                >
                  {format.name}
                </button>
              </li>
            ))}
          </ul>
          <p className={classes.meaning} role="status">
            {describe(progress)}
          </p>
          {progress.kind === 'fetching' && (
            <Button size="xs" variant="default" onClick={() => running.current?.abort()}>
              Stop
            </Button>
          )}
        </div>
      )}
    </Panel>
  )
}

function describe(progress: Progress): string {
  switch (progress.kind) {
    case 'none':
      return ''
    case 'fetching':
      return `${megabytes(progress.bytes)} so far`
    case 'done':
      return `Done: ${megabytes(progress.bytes)}.`
    case 'failed':
      return progress.why
  }
}

const amount = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 })

const megabytes = (bytes: number) =>
  bytes < 100_000 ? `${amount.format(bytes / 1_000)} KB` : `${amount.format(bytes / 1_000_000)} MB`
