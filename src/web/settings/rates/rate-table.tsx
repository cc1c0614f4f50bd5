import { Button } from '@mantine/core'
import { useMemo } from 'react'
import { useFormats } from '../../figures/formats'
import type { RateRowFragment } from '../../generated/settings/rates/currency-rates'
import { useViewer } from '../../graph/use-viewer'
import { type Column, DataTable } from '../../table/data-table'

export function RateTable({
  rates,
  onEnd,
  onRemove,
}: {
  rates: readonly RateRowFragment[]
  onEnd: () => void
  /** Null: these eyes may not. */
  onRemove: ((rate: RateRowFragment) => void) | null
}) {
  const { workspace } = useViewer()
  const { dayAndTime } = useFormats()
  const columns = useMemo((): Column<RateRowFragment>[] => {
    const shown: Column<RateRowFragment>[] = [
      { key: 'day', title: 'Day', show: ({ day }) => day },
      { key: 'currency', title: 'Currency', show: ({ currency }) => currency },
      { key: 'rate', title: `In ${workspace.currency}`, isFigure: true, show: ({ rate }) => rate },
      { key: 'byHand', title: 'Came', show: ({ byHand }) => (byHand ? 'By hand' : 'From the list') },
      { key: 'updated', title: 'Set', show: ({ updatedAt }) => dayAndTime(updatedAt) },
    ]
    if (onRemove === null) return shown
    return [
      ...shown,
      {
        key: 'remove',
        title: 'Change',
        show: (rate) => (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => onRemove(rate)}
            aria-label={`Remove ${rate.currency} of ${rate.day}`}
          >
            Remove
          </Button>
        ),
      },
    ]
  }, [workspace.currency, dayAndTime, onRemove])
  return (
    <DataTable
      caption="Currency rates, newest day first"
      columns={columns}
      rows={rates}
      rowKey={({ currency, day }) => `${day} ${currency}`}
      onEnd={onEnd}
    />
  )
}
