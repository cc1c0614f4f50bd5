import type { Role } from '../figures/metrics'
import { allDimensions, type Dimension, dimensions, takesOne } from './dimensions'
import { defaultReport, type Report } from './report'

/**
 * A report as the query of an address. The names are those of the API's own input and of its export, and lists are
 * written as the export reads them: values with commas between, and one that has a comma itself as `sources[]=`. What
 * goes without saying is left out.
 */
export const writeAddress = (report: Report, role: Role): string => toSearch(parametersOf(report, role))

export function parametersOf(report: Report, role: Role): URLSearchParams {
  const usual = defaultReport(role)
  const written = new URLSearchParams()
  const say = (name: string, value: string, unless: string) => value !== unless && written.set(name, value)
  if (typeof report.range === 'string') say('range', report.range, String(usual.range))
  else {
    written.set('from', report.range.from)
    written.set('to', report.range.to)
  }
  say('interval', report.interval ?? '', usual.interval ?? '')
  say('groupBy', report.groupBy.join(), usual.groupBy.join())
  for (const dimension of allDimensions) writeList(written, dimension, report.filter[dimension])
  say('timeZone', report.timeZone ?? '', '')
  say('basis', report.basis, usual.basis)
  say('test', String(report.test), 'false')
  if (report.orderBy !== null) {
    written.set('orderBy', report.orderBy.by)
    say('descending', String(report.orderBy.descending), 'true')
  }
  say('first', String(report.first), String(usual.first))
  say('columns', report.columns.join(), usual.columns.join())
  say('chart', report.chart, usual.chart)
  say('lines', String(report.lines), String(usual.lines))
  say('compare', String(report.compare), 'false')
  say('live', String(report.live), 'false')
  for (const { into, was } of report.via) written.append('via', `${into}?${was}`)
  return written
}

export function writeList(written: URLSearchParams, dimension: Dimension, values: readonly string[] = []): void {
  if (values.length === 0) return
  const { field } = dimensions[dimension]
  const isPlain = (value: string) => !value.includes(',')
  const plain = takesOne(dimension) ? values.slice(0, 1) : values.filter(isPlain)
  if (plain.length > 0) written.set(field, plain.join())
  if (takesOne(dimension)) return
  for (const value of values) if (!isPlain(value)) written.append(`${field}[]`, value)
}

/** With commas, colons and slashes as they are, because people read addresses. */
export const toSearch = (parameters: URLSearchParams): string =>
  parameters.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/')
