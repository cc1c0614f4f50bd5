import { TextInput } from '@mantine/core'
import { type KeyboardEvent, useState } from 'react'

/** A text that counts once it is entered: with the Enter key, or when one goes on to something else. */
export function TypedField({
  label,
  value,
  onEnter,
  problem = () => null,
  ...input
}: {
  label: string
  value: string
  onEnter: (text: string) => void
  /** What is wrong with a text that does not count, in words. */
  problem?: (text: string) => string | null
  type?: string
  placeholder?: string
  inputMode?: 'decimal'
}) {
  const [typed, setTyped] = useState(value)
  const [error, setError] = useState<string | null>(null)
  const [shown, setShown] = useState(value)
  // It was taken away elsewhere, or the address was changed.
  if (shown !== value) {
    setShown(value)
    setTyped(value)
    setError(null)
  }

  function enter(): void {
    const text = typed.trim()
    const found = text === '' ? null : problem(text)
    setError(found)
    if (found === null && text !== value) onEnter(text)
  }

  return (
    <TextInput
      size="xs"
      label={label}
      value={typed}
      error={error}
      onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      onBlur={enter}
      onKeyDown={({ key }: KeyboardEvent) => key === 'Enter' && enter()}
      {...input}
    />
  )
}
