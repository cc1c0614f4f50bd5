import { Skeleton } from '@mantine/core'
import { useMemo, useState } from 'react'
import { TimeChart } from '../chart/time-chart'
import { Choice } from '../controls/choice'
import { Figure } from '../figures/figure'
import { useFormats } from '../figures/formats'
import { isVisible, metrics } from '../figures/metrics'
import { describeError } from '../graph/describe-error'
import { useViewer } from '../graph/use-viewer'
import { Failure } from '../states/failure'
import { Loading } from '../states/loading'
import classes from './last-30-days.module.css'
import { useLast30Days, type Whose } from './use-last-30-days'

const drawn = ['conversions', 'clicks', 'revenue', 'payout', 'profit'] as const
const shown = ['clicks', 'conversions', 'conversionRate', 'revenue', 'payout', 'profit', 'earningsPerClick'] as const
const chartHeight = 220

/** What somebody or something brought in the last 30 days: the sums, and day by day. */
export function Last30Days({ filter }: { filter: Whose }) {
  const { role } = useViewer()
  const { days, error, restart } = useLast30Days(filter)
  if (days === null && error !== undefined) {
    return <Failure title="The figures could not be read" text={describeError(error)} onRetry={restart} />
  }
  return (
    <section aria-labelledby="last-30-days">
      <h2 id="last-30-days" className={classes.title}>
        Last 30 days
      </h2>
      <dl className={classes.tiles} aria-label="Last 30 days">
        {shown
          .filter((metric) => isVisible(metric, role))
          .map((metric) => (
            <div key={metric}>
              <dt className={classes.name}>{metrics[metric].name}</dt>
              <dd className={classes.value}>
                {days === null ? (
                  <Skeleton height="1.4rem" width="70%" />
                ) : (
                  <Figure metric={metric} value={days.totals[metric]} report={{ ...days, basis: 'EVENT' }} />
                )}
              </dd>
            </div>
          ))}
      </dl>
      <DaysChart days={days} />
    </section>
  )
}

function DaysChart({ days }: { days: ReturnType<typeof useLast30Days>['days'] }) {
  const { role } = useViewer()
  const formats = useFormats(days?.timeZone)
  const [metric, setMetric] = useState<(typeof drawn)[number]>('conversions')
  const { name, kind } = metrics[metric]
  const data = useMemo(() => {
    const buckets = days?.rows.flatMap(({ bucket, metrics }) => (bucket === null ? [] : [{ bucket, metrics }])) ?? []
    return {
      times: buckets.map(({ bucket }) => Date.parse(bucket) / 1_000),
      series: [{ name: metrics[metric].name, values: buckets.map(({ metrics }) => Number(metrics[metric])) }],
    }
  }, [days, metric])
  return (
    <>
      <div className={classes.choice}>
        <Choice
          label="Which figure"
          options={drawn.filter((one) => isVisible(one, role)).map((value) => ({ value, name: metrics[value].name }))}
          value={metric}
          onChange={setMetric}
        />
      </div>
      {days === null ? (
        <Loading height={chartHeight + 36} />
      ) : (
        <TimeChart
          label={`${name} by the day`}
          {...data}
          timeZone={days.timeZone}
          height={chartHeight}
          isWhole={kind === 'count'}
          formatValue={(value) => formats.figure(kind, value)}
          formatTime={(seconds) => formats.day(seconds * 1_000)}
        />
      )}
    </>
  )
}
