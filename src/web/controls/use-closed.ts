import { type RefObject, useEffect, useEffectEvent } from 'react'
import { flushSync } from 'react-dom'

/**
 * Told as soon as a dialog is closed, whatever closed it. The browser's own `close` event comes a task later: somebody
 * quick may have opened the next one by then, and it would take that for what was closed.
 */
export function useClosed(dialog: RefObject<HTMLDialogElement | null>, onClosed: () => void): void {
  const tell = useEffectEvent(onClosed)
  useEffect(() => {
    const { current } = dialog
    if (current === null) return
    const observer = new MutationObserver(() => !current.open && flushSync(tell))
    observer.observe(current, { attributeFilter: ['open'] })
    return () => observer.disconnect()
  }, [dialog])
}
