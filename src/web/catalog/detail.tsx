import type { ReactNode } from 'react'
import { CopyButton } from '../controls/copy'
import classes from './detail.module.css'

/** What stands under a record's name: how it is, and its id, which scripts and filters ask for. */
export const BesideRecord = ({ id, children }: { id: string; children: ReactNode }) => (
  <span className={classes.beside}>
    {children}
    <span className={classes.id}>
      <code>{id}</code>
      <CopyButton text={id} what="id" />
    </span>
  </span>
)

/** One of the parts that a record's page has. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.part} aria-label={title}>
      <h2 className={classes.title}>{title}</h2>
      {children}
    </section>
  )
}

export const Facts = ({ children }: { children: ReactNode }) => <dl className={classes.facts}>{children}</dl>

export const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className={classes.fact}>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
)
