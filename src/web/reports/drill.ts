import type { Role } from '../figures/metrics'
import { type Dimension, dimensions, isOffered } from './dimensions'
import { maxSteps, readAddress } from './read-address'
import type { Interval, Report, Step, Stretch } from './report'
import { settle } from './settle'
import { parametersOf, toSearch } from './write-address'

/** Within one value of a dimension, by what is asked next. */
export function goIntoValue(report: Report, dimension: Dimension, value: string, role: Role): Report {
  const filter = { ...report.filter, [dimension]: [value] }
  const others = report.groupBy.filter((other) => other !== dimension)
  const isFree = (next: Dimension) => isOffered(next, role) && filter[next]?.length !== 1
  const next = dimensions[dimension].next.find(isFree)
  const groupBy = others.length > 0 || next === undefined ? others : [next]
  return arrive(report, { ...report, filter, groupBy }, dimension, role)
}

/** Within one bucket of time, by a finer interval. */
export function goIntoBucket(report: Report, stretch: Stretch, role: Role): Report {
  const interval = report.interval === null ? null : finer[report.interval]
  return arrive(report, { ...report, range: stretch, interval }, 'BUCKET', role)
}

const finer: Readonly<Record<Interval, Interval>> = {
  MONTH: 'DAY',
  WEEK: 'DAY',
  DAY: 'HOUR',
  HOUR: 'QUARTER_HOUR',
  QUARTER_HOUR: 'QUARTER_HOUR',
}

function arrive(from: Report, to: Report, into: Step['into'], role: Role): Report {
  const there = settle(to)
  return { ...there, via: [...from.via, { into, was: whatChanged(from, there, role) }].slice(-maxSteps) }
}

/** What the address said before, of what it says otherwise now; `-name` where it said nothing. */
function whatChanged(from: Report, to: Report, role: Role): string {
  const [said, says] = [parametersOf(from, role), parametersOf(to, role)]
  const was = new URLSearchParams()
  for (const name of new Set([...said.keys(), ...says.keys()])) {
    const before = said.getAll(name)
    if (name === 'via' || before.join('\n') === says.getAll(name).join('\n')) continue
    if (before.length === 0) was.set(`-${name}`, '')
    for (const value of before) was.append(name, value)
  }
  return toSearch(was)
}

/** Before its last step; whatever else was changed since stays. */
export function goBack(report: Report, role: Role): Report {
  const step = report.via.at(-1)
  if (step === undefined) return report
  const says = parametersOf({ ...report, via: [] }, role)
  const was = new URLSearchParams(step.was)
  for (const name of was.keys()) says.delete(name.replace(/^-/, ''))
  for (const [name, value] of was) if (!name.startsWith('-')) says.append(name, value)
  return { ...readAddress(says, role).report, via: report.via.slice(0, -1) }
}

export interface Crumb {
  /** Null: where it all began. */
  readonly step: Step | null
  /** The report as it was here. */
  readonly report: Report
}

/** All places on the way, the present one last. Steps whose value was taken out of the filter since are no places. */
export function trailOf(report: Report, role: Role): Crumb[] {
  const crumbs: Crumb[] = []
  let here = report
  for (const step of report.via.toReversed()) {
    if (isThere(step, report)) crumbs.unshift({ step, report: here })
    here = goBack(here, role)
  }
  return [{ step: null, report: here }, ...crumbs]
}

const isThere = ({ into }: Step, { filter, range }: Report) =>
  into === 'BUCKET' ? typeof range !== 'string' : filter[into]?.length === 1
