import type { ReactNode } from 'react'
import classes from './states.module.css'

/** Nothing is there yet, and what to do about it; `action` is a button or a link that does it. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes.state}>
      <p className={classes.title}>{title}</p>
      {children !== undefined && <p className={classes.text}>{children}</p>}
      {action !== undefined && <div className={classes.ways}>{action}</div>}
    </div>
  )
}
