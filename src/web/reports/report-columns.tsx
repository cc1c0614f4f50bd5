import { Link } from 'wouter'
import { Figure, type ReportContext } from '../figures/figure'
import type { Formats } from '../figures/formats'
import { formulaOf, type Metric, type MetricName, metrics, type Role } from '../figures/metrics'
import type { Column } from '../table/data-table'
import type { Answer } from './ask-report'
import type { Row } from './build-rows'
import { changeIn } from './change-in'
import { canBeNone, type Dimension, dimensions } from './dimensions'
import { goIntoBucket, goIntoValue } from './drill'
import { changeOf, wordOf } from './metric-words'
import type { Report } from './report'
import classes from './reports.module.css'
import { nameInRow, nameOfNone } from './show-value'
import { stretchOfBucket } from './stretch-of-bucket'
import type { AddressOf } from './use-address'
import type { ZoneWords } from './zone-words'

export interface ColumnOptions {
  readonly report: Report
  readonly answer: Answer
  readonly role: Role
  readonly formats: Formats
  readonly words: ZoneWords
  readonly addressOf: AddressOf
}

/** The table's columns: what rows are of, then their figures, each with how far it has moved where that is asked. */
export function reportColumns(options: ColumnOptions): Column<Row>[] {
  const { answer } = options
  const { table, before } = answer.data
  const isWhole = !table.truncated
  const keys = [
    ...(answer.asked.table.interval == null ? [] : [bucketColumn(options)]),
    ...(answer.asked.table.groupBy ?? []).map((dimension) => dimensionColumn(dimension, options, isWhole)),
  ]
  const figures = answer.asked.columns.flatMap((metric) => {
    const column = metricColumn(metric, options)
    return before === undefined ? [column] : [column, changeColumn(metric, options, isWhole && !before.truncated)]
  })
  const [first = everythingColumn, ...others] = keys
  return [{ ...first, total: 'Total' }, ...others, ...figures]
}

const everythingColumn: Column<Row> = { key: 'ALL', title: 'All', show: () => 'Everything' }

/** Sorted elsewhere, by the server or by `sortRows`; that it is there makes its head a button. */
const sortable = () => null

function bucketColumn({ answer, report, role, words, addressOf }: ColumnOptions): Column<Row> {
  const { interval } = answer.asked.table
  const { from, to, timeZone } = answer.data.table
  const period = { fromMs: Date.parse(from), toMs: Date.parse(to) }
  return {
    key: 'BUCKET',
    title: 'Time',
    sortBy: sortable,
    show({ bucketMs }) {
      if (bucketMs === null || interval == null) return ''
      const text = words.bucket(bucketMs, interval)
      if (interval === 'QUARTER_HOUR') return text
      const within = goIntoBucket(report, stretchOfBucket(bucketMs, interval, period, timeZone), role)
      return <GoInto href={addressOf(within)}>{text}</GoInto>
    },
  }
}

function dimensionColumn(
  dimension: Dimension,
  { report, role, addressOf }: ColumnOptions,
  isWhole: boolean,
): Column<Row> {
  return {
    key: dimension,
    title: dimensions[dimension].name,
    ...(isWhole && { sortBy: sortable }),
    show({ keys, names }) {
      const value = keys[dimension] ?? ''
      const name = nameInRow(dimension, value, names)
      const shown = name ?? <span className={classes.none}>{nameOfNone(dimension)}</span>
      if (value === '' && !canBeNone(dimension)) return shown
      return <GoInto href={addressOf(goIntoValue(report, dimension, value, role))}>{shown}</GoInto>
    },
  }
}

const GoInto = ({ href, children }: { href: string; children: React.ReactNode }) => (
  <Link href={href} className={classes.into}>
    {children}
  </Link>
)

function metricColumn(metric: MetricName, { answer, role, formats }: ColumnOptions): Column<Row> {
  const { name, kind }: Metric = metrics[metric]
  const { table } = answer.data
  return {
    key: wordOf(metric),
    title: name,
    isFigure: true,
    sortBy: sortable,
    explanation: formulaOf(metrics[metric], role),
    show: ({ figures, isGone }) => (
      <span className={isGone ? classes.gone : undefined}>{formats.figure(kind, figures[metric] ?? null)}</span>
    ),
    total: <Figure metric={metric} value={table.totals[metric] ?? null} report={contextOf(answer)} />,
  }
}

const contextOf = ({ asked, data: { table }, receivedAtMs }: Answer): ReportContext => ({
  ...{ from: table.from, to: table.to, timeZone: table.timeZone, asOf: table.asOf, receivedAtMs },
  basis: asked.table.basis ?? 'EVENT',
})

function changeColumn(metric: MetricName, { answer, formats }: ColumnOptions, isWhole: boolean): Column<Row> {
  const { table, before } = answer.data
  const { name }: Metric = metrics[metric]
  return {
    key: changeOf(metric),
    title: `${name} change`,
    isFigure: true,
    ...(isWhole && { sortBy: sortable }),
    show: (row) => <Moved metric={metric} row={row} formats={formats} />,
    total: before && <Moved metric={metric} row={{ figures: table.totals, before: before.totals }} formats={formats} />,
  }
}

/** How far a figure has moved: how much, and what part of what it was. Its title says what that was. */
function Moved({
  metric,
  row,
  formats,
}: {
  metric: MetricName
  row: Pick<Row, 'figures' | 'before'>
  formats: Formats
}) {
  const { kind, better }: Metric = metrics[metric]
  const [now, before] = [row.figures[metric] ?? null, row.before?.[metric] ?? null]
  const change = changeIn(row, metric)
  const was = `Before: ${formats.figure(kind, before)}`
  if (change === null) return <span title={was}>{formats.none}</span>
  const rise = Math.sign(Number(change))
  const verdict = better === undefined || rise === 0 ? 'even' : rise > 0 === (better === 'more') ? 'good' : 'bad'
  const relative = formats.change(now, before)
  return (
    <span className={classes.moved} data-verdict={verdict} title={was}>
      {rise !== 0 && <span aria-hidden="true">{rise > 0 ? '▲ ' : '▼ '}</span>}
      {rise > 0 && '+'}
      {formats.figure(kind, change)}
      <span className={classes.relative}>{relative ?? (rise === 0 ? '' : 'new')}</span>
    </span>
  )
}
