import { useViewer } from '../graph/use-viewer'
import { Explained } from './explained'
import classes from './figure.module.css'
import { useFormats } from './formats'
import { type FigureValue, formulaOf, type MetricName, metrics } from './metrics'

/** Of which report a figure is: what it takes to ask for the same again. */
export interface ReportContext {
  readonly from: string
  readonly to: string
  readonly timeZone: string
  readonly basis: 'EVENT' | 'CLICK' | 'CHANGE'
  readonly asOf: string
  /** When this page got it. */
  readonly receivedAtMs: number
}

const bases = {
  EVENT: 'A conversion counts where it happened.',
  CLICK: 'A conversion counts where its visitor clicked.',
  CHANGE: 'Each change counts where it was booked.',
}

/** A number that explains itself: its formula, which time it is of, and which state of the books. */
export function Figure({ metric, value, report }: { metric: MetricName; value: FigureValue; report: ReportContext }) {
  const { role } = useViewer()
  const formats = useFormats(report.timeZone)
  const { name, kind } = metrics[metric]
  return (
    <Explained
      explanation={
        <span className={classes.explanation}>
          <strong>{name}</strong>
          <span>{formulaOf(metrics[metric], role)}</span>
          <span>{bases[report.basis]}</span>
          <span>
            {formats.dayAndTime(report.from)} to {formats.dayAndTime(report.to)}, {report.timeZone}
          </span>
          <span>
            Books as of {formats.time(report.receivedAtMs)}, state <code>…{report.asOf.slice(-8)}</code>
          </span>
        </span>
      }
    >
      <span className={classes.figure}>{formats.figure(kind, value)}</span>
    </Explained>
  )
}
