import { Button } from '@mantine/core'
import { useEffect, useId, useState } from 'react'
import { Dialog } from '../controls/dialog'
import classes from './leave-guard.module.css'
import { useLeaving } from './leaving'

/** While it is active, whoever would leave the view is asked first: what is not saved would be lost. */
export function LeaveGuard({ isActive }: { isActive: boolean }) {
  const leaving = useLeaving()
  const question = useId()
  const [leave, setLeave] = useState<(() => void) | null>(null)

  useEffect(() => {
    if (isActive) return leaving.hold((leave) => setLeave(() => leave))
  }, [isActive, leaving])

  if (leave === null) return null
  return (
    <Dialog width="26rem" aria-labelledby={question} onClose={() => setLeave(null)}>
      {(close) => (
        <>
          <p id={question} className={classes.question}>
            Leave without saving?
          </p>
          <p className={classes.text}>What you changed here is not saved, and would be lost.</p>
          <div className={classes.ways}>
            <Button onClick={close}>Stay here</Button>
            <Button variant="default" onClick={leave}>
              Leave
            </Button>
          </div>
        </>
      )}
    </Dialog>
  )
}
