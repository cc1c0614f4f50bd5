import classes from './change.module.css'
import { useFormats } from './formats'
import { type FigureValue, type Metric, type MetricName, metrics } from './metrics'

/** How far a figure is from what it was, and whether that is good: by sign and arrow as much as by colour. */
export function Change({
  metric,
  now,
  before,
  period,
}: {
  metric: MetricName
  now: FigureValue
  before: FigureValue
  /** Of when `before` is: `yesterday`. */
  period: string
}) {
  const { change, figure } = useFormats()
  const { better, kind }: Metric = metrics[metric]
  const text = change(now, before)
  const was = figure(kind, before)
  if (text === null) return <span className={classes.change}>{`${period} ${was}`}</span>
  const rise = Math.sign(Number(now) - Number(before))
  const verdict = better === undefined || rise === 0 ? 'even' : rise > 0 === (better === 'more') ? 'good' : 'bad'
  return (
    <span className={classes.change}>
      <span className={classes.verdict} data-verdict={verdict}>
        {rise !== 0 && <span aria-hidden="true">{rise > 0 ? '▲' : '▼'} </span>}
        {text}
      </span>
      {` from ${was}`}
    </span>
  )
}
