import { VisuallyHidden } from '@mantine/core'
import { useMemo } from 'react'
import { useFormats } from '../figures/formats'
import { useViewer } from '../graph/use-viewer'
import { Empty } from '../states/empty'
import { DataTable } from '../table/data-table'
import type { Answer } from './ask-report'
import { buildRows } from './build-rows'
import { mostRows, type Report } from './report'
import { reportColumns } from './report-columns'
import classes from './reports.module.css'
import { sortRows } from './sort-rows'
import type { AddressOf, Change } from './use-address'
import { useZoneWords } from './zone-words'

export interface ReportTableProps {
  readonly report: Report
  readonly answer: Answer
  readonly addressOf: AddressOf
  readonly change: Change
}

export function ReportTable({ report, answer, addressOf, change }: ReportTableProps) {
  const { role } = useViewer()
  const { timeZone, truncated } = answer.data.table
  const formats = useFormats(timeZone)
  const words = useZoneWords(timeZone)
  const built = useMemo(() => buildRows(answer), [answer])
  const rows = useMemo(() => sortRows(built, report), [built, report])
  const columns = useMemo(
    () => reportColumns({ report, answer, role, formats, words, addressOf }),
    [report, answer, role, formats, words, addressOf],
  )
  const { by, descending } = report.orderBy ?? usualOrder(answer)
  if (rows.length === 0) return <Nothing report={report} />
  return (
    <>
      <VisuallyHidden role="status">{`${formats.count(rows.length)} rows`}</VisuallyHidden>
      <DataTable
        caption="Report"
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        sort={{ key: by, descending }}
        onSort={({ key, descending }) => change({ orderBy: { by: key, descending } })}
      />
      {truncated && (
        <p className={classes.note}>
          These are the first {formats.count(rows.length)} rows; the total counts them all.{' '}
          {report.first < mostRows && (
            <button type="button" className={classes.plain} onClick={() => change({ first: mostRows })}>
              Show up to {formats.count(mostRows)}
            </button>
          )}
          {report.first >= mostRows && 'A download has the rest.'}
        </p>
      )}
    </>
  )
}

/** As the server orders rows where nothing else is asked. */
const usualOrder = ({ asked }: Answer) =>
  asked.table.interval == null ? { by: 'CONVERSIONS', descending: true } : { by: 'BUCKET', descending: false }

function Nothing({ report }: { report: Report }) {
  const isFiltered = Object.keys(report.filter).length > 0
  return (
    <Empty title="Nothing happened in this range">
      {isFiltered
        ? 'Take a filter away, or ask for a longer range.'
        : 'Ask for a longer range, or see under Links how visitors are brought here.'}
    </Empty>
  )
}
