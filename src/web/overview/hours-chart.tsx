import { useMemo, useState } from 'react'
import { TimeChart } from '../chart/time-chart'
import { Choice } from '../controls/choice'
import { useFormats } from '../figures/formats'
import { isVisible, metrics } from '../figures/metrics'
import type { YesterdayQuery } from '../generated/overview/overview'
import { useViewer } from '../graph/use-viewer'
import { Loading } from '../states/loading'
import classes from './hours-chart.module.css'
import type { Today } from './use-today'

const shown = ['conversions', 'clicks', 'revenue', 'payout', 'profit'] as const
type Shown = (typeof shown)[number]
const chartHeight = 260

/** The day by the hour, with yesterday behind it. */
export function HoursChart({
  today,
  yesterday,
}: {
  today: Today | null
  yesterday: YesterdayQuery['performance'] | null
}) {
  const { role } = useViewer()
  const formats = useFormats(today?.timeZone)
  const [metric, setMetric] = useState<Shown>('conversions')
  const drawn = useMemo(
    () => (today === null ? null : alongside(today, yesterday, metric, formats.hour)),
    [today, yesterday, metric, formats],
  )
  const { name, kind } = metrics[metric]
  return (
    <section className={classes.section} aria-labelledby="by-the-hour">
      <div className={classes.head}>
        <h2 id="by-the-hour" className={classes.title}>
          By the hour
        </h2>
        <Choice
          label="Which figure"
          options={shown.filter((one) => isVisible(one, role)).map((value) => ({ value, name: metrics[value].name }))}
          value={metric}
          onChange={setMetric}
        />
      </div>
      {drawn === null ? (
        <Loading height={chartHeight + 36} />
      ) : (
        <TimeChart
          label={`${name} by the hour, today and yesterday`}
          {...drawn}
          timeZone={today?.timeZone ?? 'UTC'}
          height={chartHeight}
          isWhole={kind === 'count'}
          formatValue={(value) => formats.figure(kind, value)}
          formatTime={(seconds) => formats.hour(seconds * 1_000)}
        />
      )}
    </section>
  )
}

/** Today’s hours, and beside each what yesterday had at that hour of the clock; hours to come have nothing yet. */
function alongside(today: Today, yesterday: YesterdayQuery['performance'] | null, metric: Shown, hour: Hour) {
  const buckets = today.rows.flatMap(({ bucket, metrics }) => (bucket === null ? [] : [{ bucket, metrics }]))
  const before = new Map(yesterday?.rows.map(({ bucket, metrics }) => [hour(bucket ?? 0), Number(metrics[metric])]))
  return {
    times: buckets.map(({ bucket }) => Date.parse(bucket) / 1_000),
    series: [
      {
        name: 'Today',
        values: buckets.map(({ bucket, metrics }) =>
          Date.parse(bucket) > today.receivedAtMs ? null : Number(metrics[metric]),
        ),
      },
      {
        name: 'Yesterday',
        isComparison: true,
        values: buckets.map(({ bucket }) => before.get(hour(bucket)) ?? null),
      },
    ],
  }
}

type Hour = (instant: string | number) => string
