import { Skeleton } from '@mantine/core'
import { Explained } from '../figures/explained'
import type { Formats } from '../figures/formats'
import { formulaOf, isVisible, metrics, type Role } from '../figures/metrics'
import { useViewer } from '../graph/use-viewer'
import type { Column } from '../table/data-table'
import classes from './earnings-columns.module.css'
import type { Earned } from './use-earnings'

const shown = ['clicks', 'conversions', 'revenue', 'payout', 'profit'] as const

/** What each record of a list brought in the last 30 days: the figures that this role sees. */
export const earningsColumns = <Row extends { readonly id: string }>(
  role: Role,
  formats: Formats,
  earnings: ReadonlyMap<string, Earned>,
  isSortable: boolean,
): Column<Row>[] =>
  shown
    .filter((metric) => isVisible(metric, role))
    .map((metric) => ({
      key: metric,
      title: metrics[metric].name,
      isFigure: true,
      ...(isSortable && { sortBy: ({ id }) => numberOf(earnings.get(id)?.[metric]) }),
      show: ({ id }) => {
        const earned = earnings.get(id)
        if (earned === undefined) return <Skeleton height="0.9rem" width="3rem" ml="auto" />
        return formats.figure(metrics[metric].kind, earned[metric])
      },
    }))

/** Of when the figures of a list are; pointed at, it says how each of them comes about. */
export function EarningsNote() {
  const { role } = useViewer()
  return (
    <Explained
      explanation={
        <span className={classes.formulas}>
          {shown
            .filter((metric) => isVisible(metric, role))
            .map((metric) => (
              <span key={metric}>
                <strong>{metrics[metric].name}</strong>: {formulaOf(metrics[metric], role)}
              </span>
            ))}
          <span>A conversion counts where it happened. Today is included.</span>
        </span>
      }
    >
      <span className={classes.note}>Figures of the last 30 days, as they are booked</span>
    </Explained>
  )
}

/** Good enough to sort by. */
const numberOf = (value: string | number | null | undefined): number | null => (value == null ? null : Number(value))
