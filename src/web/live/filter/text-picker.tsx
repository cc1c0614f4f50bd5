import { useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { type Dimension, SeenValuesDocument } from '../../generated/live/filter/filter'
import { type Option, Picker } from './picker'

const lookedUpAtMost = 100

/** Texts as they were seen lately, most frequent first, or any other that is typed. */
export function TextPicker({
  label,
  dimension,
  example = 'Any: type or choose',
  isText = () => true,
  chosen,
  onToggle,
}: {
  label: string
  dimension?: Dimension
  example?: string
  /** What may be chosen. */
  isText?: (text: string) => boolean
  chosen: readonly string[]
  onToggle: (text: string) => void
}) {
  const [search, setSearch] = useState('')
  const [isOpen, setOpen] = useState(false)
  const seen = useSeenValues(dimension, !isOpen)
  const typed = search.trim()
  const fitting = [...new Set([...chosen, ...seen])].filter((text) => text.toLowerCase().includes(typed.toLowerCase()))
  const isNew = typed !== '' && !fitting.includes(typed) && isText(typed)
  return (
    <Picker
      label={label}
      placeholder={example}
      options={[
        ...(isNew ? [{ value: typed, name: `“${typed}”` }] : []),
        ...fitting.map((text): Option => ({ value: text, name: text })),
      ]}
      chosen={chosen}
      search={search}
      onSearch={setSearch}
      onToggle={onToggle}
      onOpen={() => setOpen(true)}
      nothing={typed === '' ? `Type one: ${example}` : `It looks like ${example}`}
    />
  )
}

function useSeenValues(dimension: Dimension | undefined, skip: boolean): readonly string[] {
  const { data } = useQuery(SeenValuesDocument, {
    variables: {
      query: { range: 'LAST_30_DAYS', groupBy: dimension === undefined ? [] : [dimension], first: lookedUpAtMost },
    },
    fetchPolicy: 'no-cache',
    skip: skip || dimension === undefined,
  })
  const values = data?.performance.rows.map(({ key }) => String(key[dimension ?? ''] ?? '')) ?? []
  return values.filter((value) => value !== '')
}
