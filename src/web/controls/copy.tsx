import { useEffect, useId, useRef, useState } from 'react'
import classes from './copy.module.css'
import { copyText } from './copy-text'

const toldForMs = 2_500

/** Puts a text into the clipboard, and says whether that went well. */
export function CopyButton({
  text,
  what,
  onFailure,
}: {
  text: string
  /** What is copied, for those who do not see beside what the button stands. */
  what: string
  /** Chooses the text, for its reader to copy. */
  onFailure?: () => void
}) {
  const [told, setTold] = useState<'Copied' | 'Select it, then Ctrl+C' | 'Press Ctrl+C' | null>(null)
  useEffect(() => {
    if (told === null) return
    const timer = setTimeout(setTold, toldForMs, null)
    return () => clearTimeout(timer)
  }, [told])

  async function copy(): Promise<void> {
    if (await copyText(text)) return setTold('Copied')
    setTold(onFailure === undefined ? 'Select it, then Ctrl+C' : 'Press Ctrl+C')
    onFailure?.()
  }

  return (
    <>
      <button type="button" className={classes.copy} onClick={() => void copy()}>
        {told ?? 'Copy'}
        <span className="unseen"> {what}</span>
      </button>
      <span role="status" className="unseen">
        {told}
      </span>
    </>
  )
}

/** A text to be taken elsewhere: all of it is chosen when it is come to, for where the button may not copy. */
export function CopyField({ label, text, what }: { label: string; text: string; what: string }) {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  return (
    <div>
      <label htmlFor={id} className={classes.label}>
        {label}
      </label>
      <div className={classes.field}>
        <input
          ref={input}
          id={id}
          className={classes.text}
          readOnly
          value={text}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        <CopyButton text={text} what={what} onFailure={() => input.current?.focus()} />
      </div>
    </div>
  )
}
