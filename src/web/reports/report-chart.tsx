import { useMemo } from 'react'
import { TimeChart } from '../chart/time-chart'
import { Choice } from '../controls/choice'
import { useFormats } from '../figures/formats'
import { isVisible, type MetricName, metrics } from '../figures/metrics'
import { useViewer } from '../graph/use-viewer'
import { Loading } from '../states/loading'
import type { Answer } from './ask-report'
import { drawLines } from './draw-lines'
import { metricNames } from './metric-words'
import { intervals, type Lines, type Report } from './report'
import classes from './reports.module.css'
import type { Change } from './use-address'
import { useZoneWords } from './zone-words'

const height = 260
const lineChoices = [
  { value: '0', name: 'All only' },
  { value: '3', name: 'Top 3' },
  { value: '5', name: 'Top 5' },
] as const

/** The report over time: all rows together, and those with most of the figure each. */
export function ReportChart({ report, answer, change }: { report: Report; answer: Answer | null; change: Change }) {
  const { role } = useViewer()
  const offered = metricNames.filter((metric) => isVisible(metric, role))
  return (
    <section className={classes.chart} aria-labelledby="over-time">
      <div className={classes.head}>
        <h2 id="over-time" className={classes.title}>
          Over time
        </h2>
        <label className={classes.metric}>
          Figure
          <select
            className={classes.select}
            value={report.chart}
            onChange={({ target }) => change({ chart: target.value as MetricName })} // of the options below
          >
            {offered.map((metric) => (
              <option key={metric} value={metric}>
                {metrics[metric].name}
              </option>
            ))}
          </select>
        </label>
        {report.groupBy.length > 0 && (
          <Choice
            label="Lines"
            options={lineChoices}
            value={`${report.lines}`}
            onChange={(value) => change({ lines: Number(value) as Lines })} // of the choices above
          />
        )}
      </div>
      {answer === null ? <Loading height={height + 36} label="Reading the chart" /> : <Drawn answer={answer} />}
    </section>
  )
}

function Drawn({ answer }: { answer: Answer }) {
  const { asked, data } = answer
  const { timeZone } = data.table
  const formats = useFormats(timeZone)
  const words = useZoneWords(timeZone)
  const { times, series, isTooFine } = useMemo(() => drawLines(answer), [answer])
  const { name, kind } = metrics[asked.chart]
  const each = intervals.find(({ value }) => value === asked.interval)?.each ?? ''
  return (
    <>
      <TimeChart
        label={`${name} ${each}`}
        {...{ times, series, timeZone, height }}
        isWhole={kind === 'count'}
        formatValue={(value) => formats.figure(kind, value)}
        formatTime={(seconds) => words.bucket(seconds * 1_000, asked.interval)}
      />
      {isTooFine && (
        <p className={classes.note}>
          The lines of single rows are left out: they have more points than can be read at once. Choose a longer
          interval, or filter.
        </p>
      )}
    </>
  )
}
