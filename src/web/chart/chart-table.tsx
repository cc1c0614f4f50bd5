import { useMemo } from 'react'
import { type Column, DataTable } from '../table/data-table'
import type { TimeChartProps } from './time-chart'

interface Point {
  readonly seconds: number
  readonly values: readonly (number | null)[]
}

/** A chart's figures, line by line. */
export default function ChartTable({ label, times, series, formatTime, formatValue, height }: TimeChartProps) {
  const columns = useMemo(
    (): Column<Point>[] => [
      { key: 'time', title: 'Time', sortBy: ({ seconds }) => seconds, show: ({ seconds }) => formatTime(seconds) },
      ...series.map(
        ({ name }, index): Column<Point> => ({
          key: name,
          title: name,
          isFigure: true,
          sortBy: ({ values }) => values[index] ?? null,
          show: ({ values }) => {
            const value = values[index] ?? null
            return value === null ? '–' : formatValue(value)
          },
        }),
      ),
    ],
    [series, formatTime, formatValue],
  )
  const points = useMemo(
    () => times.map((seconds, index) => ({ seconds, values: series.map(({ values }) => values[index] ?? null) })),
    [times, series],
  )
  return (
    <DataTable
      caption={label}
      columns={columns}
      rows={points}
      rowKey={({ seconds }) => String(seconds)}
      height={height}
    />
  )
}
