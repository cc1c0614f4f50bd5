import { NativeSelect } from '@mantine/core'
import { useRefusal } from './use-refusal'

/** One of a few, each offered in words. Where it was refused, it says why. */
export const ChoiceField = <Value extends string>({
  field,
  options,
  onChange,
  ...select
}: {
  label: string
  description?: string
  field: string
  options: Readonly<Record<Value, string>>
  value: string
  onChange: (value: Value) => void
}) => (
  <NativeSelect
    {...select}
    {...useRefusal(field)}
    onChange={({ currentTarget }) => onChange(currentTarget.value as Value)} // as offered below
    data={Object.entries<string>(options).map(([value, label]) => ({ value, label }))}
  />
)
