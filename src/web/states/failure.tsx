import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './states.module.css'

/** What went wrong, in words, and what can be done. */
export function Failure({
  title,
  text,
  retry = 'Try again',
  onRetry,
  children,
}: {
  title: string
  text: string
  retry?: string
  onRetry?: () => void
  children?: ReactNode
}) {
  return (
    <div className={classes.state} role="alert">
      <p className={classes.title}>{title}</p>
      <p className={classes.text}>{text}</p>
      <div className={classes.ways}>
        {onRetry !== undefined && (
          <Button size="sm" onClick={onRetry}>
            {retry}
          </Button>
        )}
        {children}
      </div>
    </div>
  )
}
