import '@mantine/core/styles/Combobox.layer.css'
import { Select, type SelectProps } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { type RecordKind, useRecord, useRecords } from './records'

const typingMs = 200

/** One record of a kind, found by its name however many there are. */
export function RecordPicker({
  kind,
  value,
  ...select
}: Omit<SelectProps, 'data' | 'value'> & {
  kind: RecordKind
  value: string | null
}) {
  const [typed, setTyped] = useState('')
  const chosen = useRecord(kind, value)
  // The name of the chosen one stands in the field until something is typed: that is no search.
  const [search] = useDebouncedValue(typed === chosen?.name ? '' : typed, typingMs)
  const { data, previousData } = useRecords(kind, search)
  const found = (data ?? previousData)?.page.nodes ?? []
  const isLacking = chosen !== null && search === '' && found.every(({ id }) => id !== chosen.id)
  return (
    <Select
      nothingFoundMessage="Nothing of that name"
      clearButtonProps={{ 'aria-label': `Clear ${kind}` }}
      {...select}
      data={(isLacking ? [chosen, ...found] : found).map(({ id, name }) => ({ value: id, label: name }))}
      // The server has searched.
      filter={({ options }) => options}
      value={value}
      allowDeselect={false}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      // Within the view, where readers look for what belongs to it.
      comboboxProps={{ withinPortal: false }}
    />
  )
}
