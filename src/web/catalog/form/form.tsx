import { Button } from '@mantine/core'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { ButtonLink } from '../../controls/button-link'
import type { Refusal } from '../../graph/read-refusals'
import { LeaveGuard } from '../../shell/leave-guard'
import classes from './form.module.css'
import { findInput, RefusalsContext } from './use-refusal'

/**
 * The frame of every form here. What was refused is told, marked at its input, and has the focus; whoever would leave
 * without saving is asked.
 */
export function Form({
  label,
  isDirty,
  isSaving,
  refusals,
  save = 'Save',
  onSave,
  back,
  children,
}: {
  label: string
  /** Something in it is not saved. */
  isDirty: boolean
  isSaving: boolean
  refusals: readonly Refusal[]
  save?: string
  onSave: () => void
  /** Where cancelling leads. */
  back: string
  children: ReactNode
}) {
  const form = useRef<HTMLFormElement>(null)
  const [told, setTold] = useState<readonly string[]>([])
  useEffect(() => {
    const { current } = form
    if (current === null) return
    const inputs = refusals.map((refusal) => findInput(current, refusal))
    inputs.find((input) => input !== null)?.focus()
    setTold(refusals.filter((_, index) => inputs[index] === null).map(({ text }) => text))
  }, [refusals])

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (!isSaving) onSave()
  }

  return (
    <form ref={form} aria-label={label} className={classes.form} noValidate onSubmit={submit}>
      <LeaveGuard isActive={isDirty} />
      <RefusalsContext value={refusals}>{children}</RefusalsContext>
      <div className={classes.refused} role="alert">
        {refusals.length > 0 && (
          <>
            <strong>Not saved.</strong> {told.length > 0 ? told.join(' ') : 'What was refused is marked above.'}
          </>
        )}
      </div>
      <div className={classes.ways}>
        <Button type="submit" loading={isSaving}>
          {save}
        </Button>
        <ButtonLink variant="subtle" href={back}>
          Cancel
        </ButtonLink>
      </div>
    </form>
  )
}

/** Inputs that belong together. */
export function Section({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={title}>
      <h2 className={classes.title}>{title}</h2>
      {note !== undefined && <p className={classes.note}>{note}</p>}
      {children}
    </section>
  )
}
