import { Button } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { CopyButton } from '../../controls/copy'
import classes from '../form.module.css'
import own from './new-secret.module.css'

/** A key's own text, the one time that it can be seen. */
export function NewSecret({ name, secret, onDone }: { name: string; secret: string; onDone: () => void }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <section className={classes.panel} aria-labelledby="new-key">
      <h2 id="new-key" ref={heading} tabIndex={-1} className={classes.title}>
        “{name}” is made
      </h2>
      <p className={own.warning}>
        Copy it now: it is shown this once, and nobody can show it again. Who has it needs no password: keep it like
        one.
      </p>
      <div className={own.secret}>
        <code>{secret}</code>
        <CopyButton text={secret} what="the key" />
      </div>
      <Button variant="default" onClick={onDone}>
        I have kept it
      </Button>
    </section>
  )
}
