import { TextInput, type TextInputProps } from '@mantine/core'
import { useRefusal } from './use-refusal'

/** A line of text. Where it was refused, it says why. */
export const TextField = ({
  field,
  onChange,
  ...input
}: Omit<TextInputProps, 'onChange'> & { field: string; onChange: (text: string) => void }) => (
  <TextInput {...input} {...useRefusal(field)} onChange={({ currentTarget }) => onChange(currentTarget.value)} />
)
