import type { Series } from '../chart/time-chart'
import type { FigureValue } from '../figures/metrics'
import type { KeysFragment, ReportQuery } from '../generated/reports/reports'
import type { Answer } from './ask-report'
import { isQuotient } from './build-rows'
import type { Dimension } from './dimensions'
import { createPlaces } from './places'
import { nameInRow, nameOfNone } from './show-value'

type CourseRow = ReportQuery['course']['rows'][number]

/** As many as the chart has colours for. */
const mostLines = 6

export interface Drawing {
  readonly times: readonly number[]
  readonly series: readonly Series[]
  /** The lines of single rows are left out: there would be more points than can be fetched. */
  readonly isTooFine: boolean
}

/** The course of all rows together, that of the period before, and those of the rows on top. */
export function drawLines(answer: Answer): Drawing {
  const { asked, data, top } = answer
  const { course, courseBefore, lines, table, viewer } = data
  const nowMs = Date.parse(viewer.workspace.freshness.at)
  const figure = ({ metrics }: { metrics: CourseRow['metrics'] }) => toNumber(metrics[asked.chart])
  const buckets = course.rows.map(({ bucket }) => bucket ?? '')
  const all: Series = {
    name: 'All',
    values: course.rows.map((row) => (Date.parse(row.bucket ?? '') > nowMs && figure(row) === 0 ? null : figure(row))),
  }
  const series = [all]
  if (courseBefore !== undefined) {
    const placesIn = (from: string) => createPlaces(Date.parse(from), asked.interval, table.timeZone)
    const [placeNow, placeBefore] = [placesIn(course.from), placesIn(courseBefore.from)]
    const before = new Map(courseBefore.rows.map((row) => [placeBefore(Date.parse(row.bucket ?? '')), figure(row)]))
    const values = buckets.map((bucket) => before.get(placeNow(Date.parse(bucket))) ?? null)
    series.push({ name: 'Period before', values, isComparison: true })
  }
  if (lines !== undefined && !lines.truncated) {
    const nothing = isQuotient(asked.chart) ? null : 0
    const byKey = Map.groupBy(lines.rows, ({ key }) => JSON.stringify(key))
    for (const row of top.slice(0, mostLines - series.length)) {
      const own = new Map(byKey.get(JSON.stringify(row.key))?.map((each) => [each.bucket, figure(each)]))
      const name = uniqueName(nameOfRow(row), series)
      const values = buckets.map((bucket, index) => own.get(bucket) ?? (all.values[index] === null ? null : nothing))
      series.push({ name, values })
    }
  }
  return { times: buckets.map((bucket) => Date.parse(bucket) / 1_000), series, isTooFine: lines?.truncated === true }
}

const toNumber = (value: FigureValue | undefined) => (value == null ? null : Number(value))

const nameOfRow = (row: KeysFragment): string =>
  Object.entries(row.key)
    .map(([dimension, value]) => {
      const known = dimension as Dimension // a row's key is by dimensions
      return nameInRow(known, String(value), row) ?? nameOfNone(known)
    })
    .join(' · ')

/** Two records may have one name. */
function uniqueName(name: string, series: readonly Series[]): string {
  const isTaken = (candidate: string) => series.some((other) => other.name === candidate)
  let unique = name
  for (let number = 2; isTaken(unique); number += 1) unique = `${name} (${number})`
  return unique
}
