import { useEffect, useState } from 'react'
import { type Probes, readProbes } from './read-probes'

export type ServerState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'told'; readonly probes: Probes; readonly atMs: number }
  | { readonly kind: 'unreachable'; readonly sinceMs: number }

/** Asks again and again, while somebody looks. */
export function useProbes(everyMs: number): ServerState {
  const [state, setState] = useState<ServerState>({ kind: 'asking' })
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false

    async function ask(): Promise<void> {
      const probes = await readProbes().catch(() => null)
      if (isOver) return
      setState((before) => {
        if (probes !== null) return { kind: 'told', probes, atMs: Date.now() }
        return before.kind === 'unreachable' ? before : { kind: 'unreachable', sinceMs: Date.now() }
      })
      timer = setTimeout(askIfSeen, everyMs)
    }
    function askIfSeen(): void {
      clearTimeout(timer)
      if (document.visibilityState === 'visible') void ask()
    }

    document.addEventListener('visibilitychange', askIfSeen)
    void ask()
    return () => {
      isOver = true
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', askIfSeen)
    }
  }, [everyMs])
  return state
}
