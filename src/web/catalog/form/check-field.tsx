import '@mantine/core/styles/Checkbox.layer.css'
import { Checkbox } from '@mantine/core'
import { useId } from 'react'
import { useRefusal } from './use-refusal'

/** A yes or no. The component itself does not tell a reader of its description and of why it was refused. */
export function CheckField({
  label,
  description,
  field,
  value,
  onChange,
}: {
  label: string
  description: string
  field: string
  value: boolean
  onChange: (value: boolean) => void
}) {
  const id = useId()
  const { error, ...refusal } = useRefusal(field)
  return (
    <Checkbox
      label={label}
      description={<span id={`${id}-description`}>{description}</span>}
      error={error !== undefined && <span id={`${id}-error`}>{error}</span>}
      aria-describedby={error === undefined ? `${id}-description` : `${id}-description ${id}-error`}
      aria-invalid={error !== undefined}
      {...refusal}
      checked={value}
      onChange={({ currentTarget }) => onChange(currentTarget.checked)}
    />
  )
}
