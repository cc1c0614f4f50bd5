import { useCallback, useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'
import { useViewer } from '../graph/use-viewer'
import { readAddress } from './read-address'
import type { Report } from './report'
import { settle } from './settle'
import { writeAddress } from './write-address'

/** The report that the address asks for, and how to ask for another: each is a place that one can go back to. */
export function useAddress() {
  const { role } = useViewer()
  const [, navigate] = useLocation()
  const search = useSearch()
  const { report, problems } = useMemo(() => readAddress(search, role), [search, role])
  const addressOf = useCallback(
    (other: Report) => `/reports?${writeAddress(settle(other), role)}`.replace(/\?$/, ''),
    [role],
  )
  const change = useCallback(
    (changes: Partial<Report>) => {
      const next = addressOf({ ...report, ...changes })
      // Nobody wants to go back to where they are.
      if (next !== addressOf(report)) navigate(next)
    },
    [report, addressOf, navigate],
  )
  return { report, problems, addressOf, change }
}

export type Change = ReturnType<typeof useAddress>['change']
export type AddressOf = ReturnType<typeof useAddress>['addressOf']
