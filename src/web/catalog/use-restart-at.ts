import { useEffect } from 'react'

/** Begins a live report of the last days anew when they have ended: at the midnight to come. */
export function useRestartAt(endsAt: string | undefined, restart: () => void): void {
  useEffect(() => {
    if (endsAt === undefined) return
    const timer = setTimeout(restart, Math.max(1_000, Date.parse(endsAt) - Date.now()))
    return () => clearTimeout(timer)
  }, [endsAt, restart])
}
