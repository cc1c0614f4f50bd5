import type { Formats } from '../figures/formats'
import type { SystemBooksQuery } from '../generated/system/system'
import { tellSince } from './tell-since'
import type { ServerState } from './use-probes'

export type Freshness = SystemBooksQuery['viewer']['workspace']['freshness']

/** The state of the system in a line, and what it means. */
export interface Verdict {
  readonly tone: 'good' | 'warn' | 'bad' | 'none'
  readonly title: string
  readonly text: string
}

type Words = Pick<Formats, 'hour' | 'dayAndTime' | 'count'>

/** Roll-ups that are this far behind are worth a word; reports are exact all the same. */
const slowFoldingMs = 60_000

/**
 * What matters most comes first, and only that. `freshness` is null until the books were read, and undefined where they
 * could not be.
 */
export function judge(server: ServerState, freshness: Freshness | null | undefined, words: Words): Verdict {
  if (server.kind === 'asking') return { tone: 'none', title: 'Asking the server', text: '' }
  if (server.kind === 'unreachable') {
    return {
      tone: 'bad',
      title: `The server has not answered since ${tellSince(server.sinceMs, words)}`,
      text: 'It may be starting again, or the network between here and there is down. This page goes on asking.',
    }
  }
  const { probes } = server
  const { spooled, spooledSinceMs, isDatabaseAway } = probes
  const waiting = `${spooled === 1 ? '1 click or postback waits' : `${words.count(spooled)} clicks and postbacks wait`} in this server’s spool`
  const since = spooledSinceMs === null ? '' : ` since ${tellSince(spooledSinceMs, words)}`
  if (!probes.isReady && probes.status !== 'draining') {
    return {
      tone: 'bad',
      title: `The spool is full: ${waiting}${since}`,
      text: 'Senders are answered 503 and send again later. Bring the database back, or give the spool more room with SPOOL_MB.',
    }
  }
  if (isDatabaseAway) {
    return {
      tone: 'bad',
      title: spooled === 0 ? 'The database is away' : `${waiting}${since}: the database is away`,
      text: 'Nothing is lost: what comes in is kept on this server’s disk and booked, oldest first, when the database answers. Reports and changes have to wait until then.',
    }
  }
  if (!probes.isReady) {
    return {
      tone: 'warn',
      title: 'This server is about to stop',
      text: 'It finishes what it has and takes nothing new.',
    }
  }
  if (probes.isQueueing) {
    return {
      tone: 'warn',
      title: spooled === 0 ? 'The spool is being emptied' : `${waiting}${since}, to be booked now`,
      text: 'The database answers again. What waited is booked oldest first; what comes in now goes behind it.',
    }
  }
  if (freshness === undefined) {
    return {
      tone: 'warn',
      title: 'The books could not be read',
      text: 'The database answers, but not this question. It is asked again in a moment.',
    }
  }
  const { oldestMs = null } = freshness?.folding ?? {}
  if (oldestMs !== null && oldestMs > slowFoldingMs) {
    return {
      tone: 'warn',
      title: 'All is booked; the roll-ups are behind',
      text: 'Reports are exact all the same, because they add what the roll-ups lack, but slower. After a large import that is usual, and passes.',
    }
  }
  return { tone: 'good', title: 'All caught up', text: 'Everything that came in is booked, and the database answers.' }
}
