import { useMemo } from 'react'
import { useViewer } from '../graph/use-viewer'
import { Heading } from '../shell/heading'
import { Failure } from '../states/failure'
import { Loading } from '../states/loading'
import { Actions } from './actions'
import type { Asked } from './ask-report'
import { Builder } from './builder'
import { describeReportError } from './describe-report-error'
import { drawnInterval } from './drawn-interval'
import { questionOf } from './question'
import type { Report } from './report'
import { ReportChart } from './report-chart'
import { ReportTable } from './report-table'
import classes from './reports.module.css'
import { Told, ToldPeriod } from './told'
import { Trail } from './trail'
import { useAddress } from './use-address'
import { useReport } from './use-report'

/** Any question about what happened, as an address that can be sent to somebody. */
export default function Reports() {
  const { workspace } = useViewer()
  const { report, problems, addressOf, change } = useAddress()
  const asked = useMemo(() => askedFor(report, workspace.timeZone), [report, workspace.timeZone])
  const { answer, error, isReading, isCurrent, refresh } = useReport(asked, report.live)
  const table = answer?.data.table
  const period = table === undefined ? null : { fromMs: Date.parse(table.from), toMs: Date.parse(table.to) }

  return (
    <>
      <Heading title="Reports" note={<ToldPeriod answer={answer} isReading={isReading} />} />
      {problems.length > 0 && (
        <div className={classes.problems} role="alert">
          <strong>Part of this address is not understood.</strong>
          <ul>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      )}
      <Builder report={report} period={period} change={change} />
      {error !== null && (
        <Failure title="This report could not be read" text={describeReportError(error)} onRetry={refresh} />
      )}
      {(error === null || isCurrent) && (
        <>
          <ReportChart report={report} answer={answer} change={change} />
          <div className={classes.bar}>
            <Trail report={report} addressOf={addressOf} />
            <Actions {...{ report, asked, change, refresh }} />
          </div>
          {answer === null ? (
            <Loading height="24rem" label="Reading the report" />
          ) : (
            <>
              <ReportTable {...{ report, answer, addressOf, change }} />
              <Told report={report} answer={answer} />
            </>
          )}
        </>
      )}
    </>
  )
}

const askedFor = (report: Report, zone: string): Asked => ({
  table: questionOf(report, zone),
  ...{ filter: report.filter, columns: report.columns, chart: report.chart },
  ...{ lines: report.lines, compare: report.compare },
  interval: drawnInterval(report, report.timeZone ?? zone),
})
