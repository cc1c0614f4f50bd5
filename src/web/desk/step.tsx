import { type ReactNode, useId } from 'react'
import classes from './desk.module.css'

export function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section className={classes.step} aria-labelledby={id}>
      <h2 id={id} className={classes.title}>
        <span className={classes.number}>{number}</span> {title}
      </h2>
      {children}
    </section>
  )
}
