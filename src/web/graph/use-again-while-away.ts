import { useEffect } from 'react'
import { hasCode } from './has-code'

const againMs = 3_000

/** Asks again by itself for as long as the server says that its database is away: nobody should have to watch for that. */
export function useAgainWhileAway(error: unknown, again: () => void): void {
  useEffect(() => {
    if (!hasCode(error, 'UNAVAILABLE')) return
    const timer = setTimeout(again, againMs)
    return () => clearTimeout(timer)
  }, [error, again])
}
