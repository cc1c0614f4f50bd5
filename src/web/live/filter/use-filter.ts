import { useMemo } from 'react'
import { useSearchParams } from 'wouter'
import { useViewer } from '../../graph/use-viewer'
import { type Field, type Filter, fieldsFor } from './filter'
import { readFilter, writeFilter } from './filter-text'

export interface FilterInUse {
  readonly fields: readonly Field[]
  /** The same object for as long as the address says the same. */
  readonly filter: Filter
  /** The same as text. */
  readonly text: string
  setFilter(filter: Filter): void
}

/** The filter is what the address says, so that it can be kept, sent on, and taken back with the browser's own button. */
export function useFilter(): FilterInUse {
  const { role } = useViewer()
  const [search, setSearch] = useSearchParams()
  const fields = useMemo(() => fieldsFor(role), [role])
  const text = search.toString()
  const filter = useMemo(() => readFilter(fields, new URLSearchParams(text)), [fields, text])
  return { fields, filter, text, setFilter: (next) => setSearch(writeFilter(fields, next)) }
}
