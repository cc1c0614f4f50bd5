import { useMemo } from 'react'
import { useViewer } from '../../graph/use-viewer'

const dayMs = 86_400_000

/** `14:05:09`, and the day in place of the seconds for what is older than a day. */
export function useRowTime(): (at: string) => string {
  const { workspace } = useViewer()
  const { timeZone } = workspace
  return useMemo(() => {
    const clock = { timeZone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit' } as const
    const today = new Intl.DateTimeFormat(undefined, { ...clock, second: '2-digit' })
    const before = new Intl.DateTimeFormat(undefined, { ...clock, day: 'numeric', month: 'short' })
    return (at) => {
      const atMs = Date.parse(at)
      return (Date.now() - atMs < dayMs ? today : before).format(atMs)
    }
  }, [timeZone])
}
