import { createContext, use } from 'react'

export interface Notice {
  readonly id: number
  readonly text: string
  readonly isProblem: boolean
}

/** What the page has to say in passing: that something was saved, copied, or did not work. */
export interface Notices {
  shown(): readonly Notice[]
  subscribe(listener: () => void): () => void
  say(text: string): void
  /** Stays until it is closed. */
  warn(text: string): void
  close(id: number): void
}

const forMs = 6_000
const maxShown = 3

export function createNotices(): Notices {
  let shown: readonly Notice[] = []
  let count = 0
  const listeners = new Set<() => void>()
  function show(next: readonly Notice[]): void {
    shown = next
    for (const listener of listeners) listener()
  }
  const close = (id: number) => show(shown.filter((notice) => notice.id !== id))
  function add(text: string, isProblem: boolean): number {
    count += 1
    show([...shown, { id: count, text, isProblem }].slice(-maxShown))
    return count
  }
  return {
    shown: () => shown,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    say: (text) => void setTimeout(close, forMs, add(text, false)),
    warn: (text) => void add(text, true),
    close,
  }
}

export const NoticesContext = createContext<Notices | null>(null)

export function useNotices(): Notices {
  const notices = use(NoticesContext)
  if (notices === null) throw new Error('nobody is signed in')
  return notices
}
