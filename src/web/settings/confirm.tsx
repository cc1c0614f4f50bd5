import { Button } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import { Dialog } from '../controls/dialog'
import classes from './confirm.module.css'

/** Asks before what cannot be undone. Escape leaves all as it is. */
export function Confirm({
  title,
  action,
  keep,
  isBusy,
  isReady = true,
  refused = null,
  onConfirm,
  onClose,
  children,
}: {
  title: string
  /** What is done, as a verb: `Revoke`. */
  action: string
  /** What leaves all as it is: `Keep it`. */
  keep: string
  isBusy: boolean
  isReady?: boolean
  refused?: string | null
  onConfirm: () => void
  onClose: () => void
  children: ReactNode
}) {
  const name = useId()
  const text = useId()
  return (
    <Dialog width="30rem" aria-labelledby={name} aria-describedby={text} onClose={onClose}>
      {(close) => (
        <>
          <h2 id={name} className={classes.title}>
            {title}
          </h2>
          <div id={text} className={classes.text}>
            {children}
          </div>
          {refused !== null && (
            <p role="alert" className={classes.refused}>
              {refused}
            </p>
          )}
          <div className={classes.ways}>
            <Button variant="default" onClick={close}>
              {keep}
            </Button>
            <Button color="red" loading={isBusy} disabled={!isReady} onClick={onConfirm}>
              {action}
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}
