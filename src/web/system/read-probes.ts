import { ask } from '../session/ask'

/** What a server says of itself to whoever asks, with or without a key. */
export interface Probes {
  readonly isReady: boolean
  /** `ready`, `queueing`, `draining`, or why it takes no traffic. */
  readonly status: string
  readonly isDatabaseAway: boolean
  readonly isQueueing: boolean
  readonly spooled: number
  readonly spoolBytes: number
  /** Since when the oldest of them has waited; null: nothing waits. */
  readonly spooledSinceMs: number | null
  readonly connections: number
  readonly version: string
}

const fresh = { cache: 'no-store' } as const

/** Reads `/readyz` and `/metrics`. Throws where neither can be reached. */
export async function readProbes(): Promise<Probes> {
  const [readiness, metrics] = await Promise.all([ask('/readyz', fresh), ask('/metrics', fresh)])
  const { status }: { status: string } = await readiness.json()
  const text = await metrics.text()
  const nowMs = Date.now()
  const gauge = (name: string) => Number(new RegExp(`^pulseback_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? 0)
  const spooled = gauge('spool_entries')
  return {
    isReady: readiness.ok,
    status,
    isDatabaseAway: gauge('database_away') === 1,
    isQueueing: gauge('queueing') === 1,
    spooled,
    spoolBytes: gauge('spool_bytes'),
    spooledSinceMs: spooled === 0 ? null : nowMs - gauge('spool_oldest_age_seconds') * 1_000,
    connections: gauge('connections'),
    version: /^pulseback_build_info\{version="([^"]+)"\}/m.exec(text)?.[1] ?? 'not told',
  }
}
