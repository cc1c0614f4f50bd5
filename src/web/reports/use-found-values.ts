import { useQuery } from '@apollo/client/react'
import { useDebouncedValue } from '@mantine/hooks'
import { type RecordKind, useRecords } from '../controls/records'
import { useFormats } from '../figures/formats'
import { OccurringValuesDocument, type OccurringValuesQuery } from '../generated/reports/reports'
import { canBeNone, type Dimension } from './dimensions'
import { filterOf, questionOf } from './question'
import type { Report } from './report'
import { nameInRow, nameOfNone } from './show-value'

const mostAsked = 1_000
const typingMs = 250
const kinds: Readonly<Partial<Record<Dimension, RecordKind>>> = {
  CAMPAIGN: 'campaign',
  AFFILIATE: 'affiliate',
  ADVERTISER: 'advertiser',
}

interface Found {
  readonly value: string
  readonly name: string | null
  readonly says: string
}

/** Records are found by name wherever they are; whatever else is, among what occurs. */
export function useFoundValues(dimension: Dimension, report: Report, zone: string, text: string) {
  const formats = useFormats()
  const [typed] = useDebouncedValue(text.trim(), typingMs)
  const occurring = useQuery(OccurringValuesDocument, {
    variables: { query: occurringQuestion(dimension, report, zone) },
    fetchPolicy: 'no-cache',
  })
  const byName = useRecords(typed === '' ? null : (kinds[dimension] ?? null), typed)
  const describe = (row: OccurringValuesQuery['performance']['rows'][number]): Found => {
    const { clicks, conversions } = row.metrics
    const value = String(row.key[dimension])
    const says = `${formats.count(clicks)} / ${formats.count(conversions)}`
    return { value, name: nameInRow(dimension, value, row), says }
  }
  const needle = text.trim().toLowerCase()
  const inRange = (occurring.data?.performance.rows ?? [])
    .map(describe)
    .filter(({ value }) => value !== '' || canBeNone(dimension))
    .filter(({ value, name }) => `${name ?? nameOfNone(dimension)} ${value}`.toLowerCase().includes(needle))
  const known = new Set(inRange.map(({ value }) => value))
  const records = (typed !== '' && byName.data?.page.nodes) || []
  const beyond = records
    .filter(({ id, name }) => !known.has(id) && name.toLowerCase().includes(needle))
    .map(({ id, name }): Found => ({ value: id, name, says: 'nothing yet' }))
  return {
    found: [...inRange, ...beyond],
    error: occurring.error ?? byName.error,
    isReading: occurring.loading || byName.loading,
  }
}

/** With what filters every kind of figure has; others may need raw rows, and a list is not worth that. */
function occurringQuestion(dimension: Dimension, report: Report, zone: string) {
  const { CAMPAIGN, AFFILIATE, ADVERTISER } = report.filter
  const cheap = { CAMPAIGN, AFFILIATE, ADVERTISER, [dimension]: undefined }
  const { range, from, to, timeZone, basis, test } = questionOf({ ...report, orderBy: null }, zone)
  return {
    ...{ range, from, to, timeZone, basis, test },
    ...{ groupBy: [dimension], first: mostAsked, filter: filterOf(cheap) },
  }
}
