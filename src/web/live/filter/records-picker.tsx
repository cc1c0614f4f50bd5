import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { type RecordKind, useRecords } from '../../controls/records'
import { Picker } from './picker'

const typingMs = 150

/** Campaigns, affiliates or advertisers, found by their names. */
export function RecordsPicker({
  label,
  of,
  chosen,
  onToggle,
}: {
  label: string
  of: RecordKind
  chosen: readonly string[]
  onToggle: (id: string) => void
}) {
  const [search, setSearch] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [asked] = useDebouncedValue(search, typingMs)
  const { data } = useRecords(isOpen ? of : null, asked)
  return (
    <Picker
      label={label}
      placeholder="Any: type to find one"
      options={(data?.page.nodes ?? []).map(({ id, name }) => ({ value: id, name }))}
      chosen={chosen}
      search={search}
      onSearch={setSearch}
      onToggle={onToggle}
      onOpen={() => setOpen(true)}
      nothing={data === undefined ? 'Looking…' : `No ${of} has this in its name.`}
    />
  )
}
