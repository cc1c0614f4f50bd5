import 'uplot/dist/uPlot.min.css'
import { useComputedColorScheme } from '@mantine/core'
import { type KeyboardEvent, lazy, Suspense, useEffect, useId, useRef, useState } from 'react'
import uPlot from 'uplot'
import { Icon } from '../shell/icons'
import { Loading } from '../states/loading'
import { drawOptions } from './draw-options'
import classes from './time-chart.module.css'

const ChartTable = lazy(() => import('./chart-table'))

export interface Series {
  readonly name: string
  /** As many as there are times; null: nothing to draw. */
  readonly values: readonly (number | null)[]
  /** What the first is compared with: drawn thin and dashed. */
  readonly isComparison?: boolean
}

export interface TimeChartProps {
  /** What it shows: `Conversions by hour`. */
  readonly label: string
  /** In seconds, ascending. */
  readonly times: readonly number[]
  /** Up to six. */
  readonly series: readonly Series[]
  readonly timeZone: string
  readonly formatValue: (value: number) => string
  readonly formatTime: (seconds: number) => string
  /** Counts: there is nothing between one and two. */
  readonly isWhole?: boolean
  readonly height?: number
}

/**
 * Lines over time, drawn by uPlot. New figures are drawn with the next frame, however often they come. What can be seen
 * with a pointer is read with the arrow keys too, and all of it is in a table for whoever likes that better.
 */
export function TimeChart(props: TimeChartProps) {
  const { label, times, series, formatValue, formatTime, height = 260 } = props
  const [isTable, setTable] = useState(false)
  const [at, setAt] = useState<number | null>(null)
  const readout = useId()
  const plot = useRef<uPlot>(null)

  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -times.length, End: times.length }[event.key]
    if (step === undefined || plot.current === null) return
    event.preventDefault()
    const next = Math.max(0, Math.min(times.length - 1, (at ?? (step > 0 ? -1 : times.length)) + step))
    plot.current.setCursor({ left: plot.current.valToPos(times[next] ?? 0, 'x'), top: 0 })
    setAt(next)
  }

  const shown = at === null ? null : times[at]
  return (
    <figure className={classes.chart}>
      <figcaption className={classes.caption}>
        <span className={classes.legend}>
          {series.map(({ name, isComparison, values }, index) => (
            <span key={name} className={classes.key} data-series={isComparison === true ? 'comparison' : index}>
              {name}
              {at !== null && <span className={classes.value}>{valueAt(values, at, formatValue)}</span>}
            </span>
          ))}
          <span className={classes.at}>{shown == null ? '' : formatTime(shown)}</span>
        </span>
        <button type="button" className={classes.toggle} aria-pressed={isTable} onClick={() => setTable(!isTable)}>
          <Icon name={isTable ? 'chart' : 'table'} size={16} />
          {isTable ? 'As a chart' : 'As a table'}
        </button>
      </figcaption>
      <output id={readout} className="unseen">
        {shown == null ? '' : describe(shown, at ?? 0, props)}
      </output>
      {isTable ? (
        <Suspense fallback={<Loading height={height} />}>
          <ChartTable {...props} height={height} />
        </Suspense>
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a drawing that can be walked along
        <div
          role="group"
          aria-roledescription="chart"
          aria-label={`${label}. Arrow keys read it point by point.`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys walk along it
          tabIndex={0}
          onKeyDown={onKeyDown}
          onBlur={() => setAt(null)}
        >
          <Plot {...props} height={height} plot={plot} onPoint={setAt} />
        </div>
      )}
    </figure>
  )
}

interface PlotProps extends TimeChartProps {
  readonly height: number
  readonly plot: { current: uPlot | null }
  readonly onPoint: (index: number | null) => void
}

function Plot({ times, series, timeZone, formatValue, isWhole = false, height, plot, onPoint }: PlotProps) {
  const scheme = useComputedColorScheme('light')
  const place = useRef<HTMLDivElement>(null)
  const data = [times, ...series.map(({ values }) => values)] as unknown as uPlot.AlignedData // it does not write to it
  const latest = useRef({ data, formatValue })
  latest.current = { data, formatValue }
  // A day of a zone may have 23 hours.
  const isOfDays = (times[1] ?? 0) - (times[0] ?? 0) >= 82_800
  const shape = series.map(({ isComparison }) => (isComparison === true ? 'comparison' : 'series')).join()

  // biome-ignore lint/correctness/useExhaustiveDependencies: figures alone do not make a new drawing; a scheme does
  useEffect(() => {
    const { current: element } = place
    if (element === null) return
    const drawn = new uPlot(
      drawOptions({
        element,
        comparisons: series.map(({ isComparison }) => isComparison === true),
        timeZone,
        height,
        isWhole,
        isOfDays,
        formatValue: (value) => latest.current.formatValue(value),
        onPoint,
      }),
      latest.current.data,
      element,
    )
    plot.current = drawn
    const observer = new ResizeObserver(() => drawn.setSize({ width: element.clientWidth, height }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      drawn.destroy()
      plot.current = null
    }
  }, [shape, timeZone, height, isWhole, isOfDays, scheme, onPoint, plot])

  useEffect(() => {
    const frame = requestAnimationFrame(() => plot.current?.setData(data))
    return () => cancelAnimationFrame(frame)
  })

  return <div ref={place} className={classes.plot} style={{ height }} aria-hidden="true" />
}

function valueAt(values: readonly (number | null)[], index: number, format: (value: number) => string): string {
  const value = values[index] ?? null
  return value === null ? '–' : format(value)
}

function describe(seconds: number, index: number, { series, formatTime, formatValue }: TimeChartProps): string {
  const values = series.map(({ name, values }) => `${name} ${valueAt(values, index, formatValue)}`)
  return `${formatTime(seconds)}: ${values.join(', ')}`
}
