import type { ReactNode } from 'react'
import { CopyButton } from '../controls/copy'
import classes from './desk.module.css'
import { masked } from './place'

/** A text to paste elsewhere. What is copied is whole; what is shown has dots in place of the secret, until it is revealed. */
export function Snippet({
  text,
  what,
  secret = '',
  isRevealed = false,
  children,
}: {
  text: string
  /** What it is, for those who only hear it. */
  what: string
  secret?: string
  isRevealed?: boolean
  /** Stands beside the button. */
  children?: ReactNode
}) {
  return (
    <figure className={classes.snippet} aria-label={what}>
      <pre className={classes.code}>{isRevealed ? text : masked(text, secret)}</pre>
      <div className={classes.actions}>
        <CopyButton text={text} what={what} />
        {children}
      </div>
    </figure>
  )
}
