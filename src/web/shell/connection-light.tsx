import { useEffect, useState } from 'react'
import type { ConnectionState } from '../graph/connection'
import { useConnectionState } from '../graph/use-graph'
import classes from './connection-light.module.css'

const noticeMs = 20_000

/** Whether what is on the page is live, in words and a colour, and told to those who listen. */
export function ConnectionLight() {
  const state = useConnectionState()
  const caughtUpAtMs = state.kind === 'live' ? (state.caughtUp?.atMs ?? 0) : 0
  const [isNoticeOver, setNoticeOver] = useState(false)
  useEffect(() => {
    setNoticeOver(false)
    const timer = setTimeout(() => setNoticeOver(true), Math.max(0, caughtUpAtMs + noticeMs - Date.now()))
    return () => clearTimeout(timer)
  }, [caughtUpAtMs])
  return (
    <span className={classes.light} data-kind={state.kind} role="status">
      <span className={classes.dot} aria-hidden="true" />
      {describe(state, isNoticeOver)}
    </span>
  )
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' })

function describe(state: ConnectionState, isNoticeOver: boolean): string {
  switch (state.kind) {
    case 'idle':
      return 'Not live'
    case 'connecting':
      return 'Connecting'
    case 'offline':
      return `Offline since ${clock.format(state.sinceMs)}`
    case 'catchingUp':
      return state.changes === 0 ? 'Catching up' : `Catching up: ${state.changes} so far`
    case 'live': {
      if (state.caughtUp === null || isNoticeOver) return 'Live'
      const { changes, awayMs } = state.caughtUp
      const away = `after ${describeSpan(awayMs)} away`
      if (changes === 0) return `Live again ${away}: nothing missed`
      return `Live again ${away}: ${changes} ${changes === 1 ? 'message' : 'messages'} caught up, nothing missed`
    }
  }
}

export function describeSpan(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3_600)} h`
}
