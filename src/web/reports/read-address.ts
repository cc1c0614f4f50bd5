import { isVisible, type MetricName, metrics, type Role } from '../figures/metrics'
import { allDimensions, type Dimension, dimensions, isOffered, maxDimensions, takesOne } from './dimensions'
import { metricOf, metricOfChange } from './metric-words'
import { type Parameters, readParameters } from './parameters'
import {
  bases,
  defaultReport,
  type Filter,
  intervals,
  type Lines,
  mostRows,
  type Order,
  type Report,
  ranges,
  type Step,
} from './report'
import { isZone, refuseStretch } from './stretch'

export interface Understood {
  readonly report: Report
  /** What was left out of the address, and why, in sentences. */
  readonly problems: readonly string[]
}

/** What `writeAddress` wrote, or somebody by hand. */
export function readAddress(search: string | URLSearchParams, role: Role): Understood {
  const sent = readParameters(search)
  const usual = defaultReport(role)
  const interval = sent.word('interval', ['', ...intervals.map(({ value }) => value)])
  const shape = {
    interval: interval === null || interval === '' || interval === 'NONE' ? null : interval,
    groupBy: readGroupBy(sent, role) ?? usual.groupBy,
    compare: sent.isYes('compare'),
  }
  const basis = sent.word('basis', values(bases)) ?? usual.basis
  const lines = Number(sent.word('lines', ['0', '3', '5']) ?? usual.lines) as Lines // one of those
  const report: Report = {
    ...shape,
    ...{ basis, lines, test: sent.isYes('test'), live: sent.isYes('live') },
    range: readRange(sent) ?? usual.range,
    timeZone: readZone(sent),
    filter: readFilter(sent),
    orderBy: readOrder(sent, shape, role),
    first: readFirst(sent) ?? usual.first,
    columns: readColumns(sent, role) ?? usual.columns,
    chart: readChart(sent, role) ?? usual.chart,
    via: readSteps(sent),
  }
  sent.leaveOutOthers()
  return { report, problems: sent.problems }
}

const values = <Value extends string>(options: readonly { readonly value: Value }[]) =>
  options.map(({ value }) => value)

function readRange(sent: Parameters): Report['range'] | null {
  const range = sent.word('range', values(ranges))
  const [from, to] = [sent.one('from'), sent.one('to')]
  if (from === null && to === null) return range
  const stretch = { from: from ?? '', to: to ?? '' }
  const why = range === null ? refuseStretch(stretch) : 'there is a range already'
  if (why === null) return stretch
  sent.leaveOut('from', `${stretch.from} to=${stretch.to}`, why)
  return range
}

function readZone(sent: Parameters): string | null {
  const zone = sent.one('timeZone')
  if (zone === null || isZone(zone)) return zone
  sent.leaveOut('timeZone', zone, 'there is no such time zone; they have names such as Europe/Berlin')
  return null
}

function readGroupBy(sent: Parameters, role: Role): Report['groupBy'] | null {
  const isKnown = (text: string): text is Dimension =>
    Object.hasOwn(dimensions, text) && isOffered(text as Dimension, role)
  const found = sent.words('groupBy', isKnown, 'there is no such dimension here')
  const beyond = found?.slice(maxDimensions) ?? []
  if (beyond.length > 0) sent.leaveOut('groupBy', beyond.join(), `a report has ${maxDimensions} dimensions at most`)
  return found?.slice(0, maxDimensions) ?? null
}

const statuses: readonly string[] = ['PENDING', 'APPROVED', 'REJECTED', 'REVERSED']

function readFilter(sent: Parameters): Filter {
  const filter: Partial<Record<Dimension, readonly string[]>> = {}
  for (const dimension of allDimensions) {
    const { field } = dimensions[dimension]
    const text = sent.one(field)
    const listed = takesOne(dimension) ? [text ?? []].flat() : [...(text?.split(',') ?? []), ...sent.all(`${field}[]`)]
    const known = listed.filter((value) => dimension !== 'STATUS' || statuses.includes(value))
    for (const value of listed) if (!known.includes(value)) sent.leaveOut(field, value, `it can be ${statuses}`)
    if (known.length > 0) filter[dimension] = [...new Set(known)]
  }
  return filter
}

const isMetric = (text: string): text is MetricName => Object.hasOwn(metrics, text)

function readColumns(sent: Parameters, role: Role): Report['columns'] | null {
  const found = sent.words('columns', isMetric, 'there is no such figure') ?? []
  const visible = found.filter((metric) => isVisible(metric, role))
  for (const metric of found)
    if (!visible.includes(metric)) sent.leaveOut('columns', metric, 'your key does not see it')
  return visible.length === 0 ? null : visible
}

function readChart(sent: Parameters, role: Role): MetricName | null {
  const metric = sent.one('chart')
  if (metric === null || (isMetric(metric) && isVisible(metric, role))) return metric
  sent.leaveOut('chart', metric, 'there is no such figure here')
  return null
}

function readFirst(sent: Parameters): number | null {
  const text = sent.one('first')
  const first = Number(text)
  if (text === null || (/^\d+$/.test(text) && first >= 1 && first <= mostRows)) return text === null ? null : first
  sent.leaveOut('first', text, `it can be 1 to ${mostRows}`)
  return null
}

function readOrder(
  sent: Parameters,
  { interval, groupBy, compare }: Pick<Report, 'interval' | 'groupBy' | 'compare'>,
  role: Role,
): Order | null {
  const by = sent.one('orderBy')
  const descending = sent.word('descending', ['true', 'false']) !== 'false'
  if (by === null) return null
  const metric = metricOf(by) ?? (compare ? metricOfChange(by) : null)
  const isKey = by === 'BUCKET' ? interval !== null : groupBy.some((dimension) => dimension === by)
  if (isKey || (metric !== null && isVisible(metric, role))) return { by, descending }
  sent.leaveOut('orderBy', by, 'there is no such column here')
  return null
}

/** More than anybody goes by clicking; an address has to end somewhere. */
export const maxSteps = 10

const readSteps = (sent: Parameters): Step[] =>
  sent
    .all('via')
    .slice(0, maxSteps)
    .flatMap((text) => {
      const [into = '', was = ''] = text.split(/\?(.*)/s)
      const isKnown = into === 'BUCKET' || Object.hasOwn(dimensions, into)
      return isKnown ? [{ into: into as Step['into'], was }] : []
    })
