import { type ReactNode, useEffect, useRef } from 'react'
import classes from './dialog.module.css'
import { useClosed } from './use-closed'

/**
 * Stands before all else for as long as it is there. The browser's own dialog keeps itself on the screen and the focus
 * in it, and Escape closes it.
 */
export function Dialog({
  width,
  children,
  onClose,
  ...dialogProps
}: {
  /** Where there is room for it. */
  width: string
  'aria-labelledby': string
  'aria-describedby'?: string
  onClose: () => void
  /** What is in it; `close` gives the focus back to where it was. */
  children: (close: () => void) => ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  useClosed(dialog, onClose)
  return (
    <dialog {...dialogProps} ref={dialog} className={classes.dialog} style={{ width }}>
      {children(() => dialog.current?.close())}
    </dialog>
  )
}
