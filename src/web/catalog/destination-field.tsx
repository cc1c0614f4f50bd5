import { TextInput } from '@mantine/core'
import { useRef } from 'react'
import classes from './destination-field.module.css'
import { DestinationPreview } from './destination-preview'
import { type MacroValues, macros } from './fill-macros'
import { useRefusal } from './form/use-refusal'

/** A URL with macros, each of which is put in at the caret by a click, and what becomes of it. */
export function DestinationField({
  label,
  description,
  field,
  value,
  onChange,
  sample,
}: {
  label: string
  description?: string
  field: string
  value: string
  onChange: (url: string) => void
  /** A click, to show where it would be sent. */
  sample: MacroValues
}) {
  const input = useRef<HTMLInputElement>(null)

  function insert(macro: string): void {
    const { current } = input
    if (current === null) return
    current.focus()
    current.setRangeText(
      `{${macro}}`,
      current.selectionStart ?? value.length,
      current.selectionEnd ?? value.length,
      'end',
    )
    onChange(current.value)
  }

  return (
    <div className={classes.field}>
      <TextInput
        ref={input}
        type="url"
        inputMode="url"
        label={label}
        description={description}
        placeholder="https://shop.example/offer?click={click_id}"
        {...useRefusal(field)}
        value={value}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
      <fieldset className={classes.macros} aria-label={`Macros for ${label.toLowerCase()}`}>
        <span className={classes.hint}>Insert</span>
        {macros.map((macro) => (
          <button key={macro} type="button" className={classes.macro} onClick={() => insert(macro)}>
            {`{${macro}}`}
          </button>
        ))}
      </fieldset>
      <DestinationPreview title="A visitor would be sent to" url={value} values={sample} />
    </div>
  )
}
