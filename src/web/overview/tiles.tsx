import { Skeleton } from '@mantine/core'
import { Change } from '../figures/change'
import { Figure } from '../figures/figure'
import { isVisible, metrics } from '../figures/metrics'
import type { YesterdayUntilQuery } from '../generated/overview/overview'
import { useViewer } from '../graph/use-viewer'
import classes from './tiles.module.css'
import type { Today } from './use-today'

const shown = [
  'clicks',
  'conversions',
  'conversionRate',
  'revenue',
  'payout',
  'profit',
  'earningsPerClick',
  'approvalRate',
] as const

/** The day’s figures, each with what it was yesterday by this time. */
export function Tiles({ today, before }: { today: Today | null; before: YesterdayUntilQuery['performance'] | null }) {
  const { role } = useViewer()
  return (
    <dl className={classes.tiles} aria-label="Today">
      {shown
        .filter((metric) => isVisible(metric, role))
        .map((metric) => (
          <div key={metric}>
            <dt className={classes.name}>{metrics[metric].name}</dt>
            <dd className={classes.value}>
              {today === null ? (
                <Skeleton height="1.75rem" width="70%" />
              ) : (
                <Figure metric={metric} value={today.totals[metric]} report={{ ...today, basis: 'EVENT' }} />
              )}
            </dd>
            <dd className={classes.before}>
              {today === null || before === null ? (
                <Skeleton height="1.2rem" width="85%" />
              ) : (
                <Change metric={metric} now={today.totals[metric]} before={before.totals[metric]} period="yesterday" />
              )}
            </dd>
          </div>
        ))}
    </dl>
  )
}
