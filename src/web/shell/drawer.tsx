import { type ReactNode, useEffect, useRef } from 'react'
import { useClosed } from '../controls/use-closed'
import classes from './drawer.module.css'

/** Slides in over the page from the right. The browser's own dialog keeps the focus in it, and Escape closes it. */
export function Drawer({
  isOpen,
  onClose,
  title,
  width = '18rem',
  children,
}: {
  isOpen: boolean
  onClose: () => void
  title: string
  /** Where there is room for it. */
  width?: string
  children: ReactNode
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isOpen])
  useClosed(dialog, onClose)
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: by keyboard it is Escape that closes it
    <dialog
      ref={dialog}
      className={classes.drawer}
      style={{ width: `min(${width}, 85vw)` }}
      aria-label={title}
      onClick={({ target }) => target === dialog.current && onClose()}
    >
      <div className={classes.content}>
        <div className={classes.head}>
          <strong>{title}</strong>
          <button type="button" className={classes.close} onClick={onClose}>
            Close
          </button>
        </div>
        {isOpen && children}
      </div>
    </dialog>
  )
}
