import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import classes from './explained.module.css'

const leaveMs = 150
const gap = 6

/**
 * Something that explains itself to whoever points at it, comes to it by keyboard or touches it. Escape hides the
 * explanation; it stays while it is pointed at itself.
 */
export function Explained({ children, explanation }: { children: ReactNode; explanation: ReactNode }) {
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const anchor = useRef<HTMLButtonElement>(null)
  const bubble = useRef<HTMLSpanElement>(null)
  const leaving = useRef<ReturnType<typeof setTimeout>>(undefined)
  const enter = () => {
    clearTimeout(leaving.current)
    setOpen(true)
  }
  const leave = () => {
    leaving.current = setTimeout(setOpen, leaveMs, false)
  }
  const onKeyDown = (event: KeyboardEvent) => event.key === 'Escape' && setOpen(false)

  useEffect(() => {
    if (!isOpen || anchor.current === null || bubble.current === null) return
    const { current: shown } = bubble
    shown.showPopover()
    place(shown, anchor.current.getBoundingClientRect())
    const hide = () => setOpen(false)
    window.addEventListener('scroll', hide, { capture: true, passive: true, once: true })
    return () => {
      window.removeEventListener('scroll', hide, { capture: true })
      shown.hidePopover()
    }
  }, [isOpen])
  useEffect(() => () => clearTimeout(leaving.current), [])

  return (
    <>
      <button
        ref={anchor}
        type="button"
        className={classes.explained}
        aria-describedby={id}
        onMouseEnter={enter}
        onMouseLeave={leave}
        onFocus={enter}
        onBlur={leave}
        onClick={enter}
        onKeyDown={onKeyDown}
      >
        {children}
      </button>
      <span
        ref={bubble}
        id={id}
        role="tooltip"
        popover="manual"
        className={classes.bubble}
        onMouseEnter={enter}
        onMouseLeave={leave}
      >
        {explanation}
      </span>
    </>
  )
}

/** Below the anchor, or above it where there is no room; never beyond the window's edges. */
function place(bubble: HTMLElement, anchor: DOMRect): void {
  const { offsetWidth, offsetHeight } = bubble
  const below = anchor.bottom + gap
  const top = below + offsetHeight > window.innerHeight ? Math.max(gap, anchor.top - gap - offsetHeight) : below
  const left = Math.max(gap, Math.min(anchor.left, document.documentElement.clientWidth - offsetWidth - gap))
  bubble.style.top = `${top}px`
  bubble.style.left = `${left}px`
}
