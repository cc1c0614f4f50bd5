import type { Scope } from '../access/scope.js'
import { type Family, families, familyNames, type Grain, type Kind, keysOf } from '../ledger/grains.js'
import { type Span, spans } from '../ledger/periods-sql.js'
import { isSub, trafficColumn, whoColumn } from './dimensions.js'
import type { Question } from './question.js'

/** Which related record a report belongs to, when it is asked on each record of a list at once. */
export type Parent = { readonly column: 'campaign_id' | 'affiliate_id'; readonly ids: readonly string[] }

/** The grains that a report reads of one kind: for each span of time the coarsest that has all its keys. */
export type GrainsBySpan = Readonly<Partial<Record<Span, Grain>>>

/** Where a report reads its figures. Roll-ups of one family, whose mark says from where on the raw rows are added. */
export type Source =
  | {
      readonly kind: 'rollups'
      readonly family: Family
      readonly grains: Readonly<Record<Kind, GrainsBySpan>>
      /** With a sub-id: the grains above count all, these what has it set. */
      readonly sub: { readonly name: string; readonly grains: GrainsBySpan } | null
    }
  /** No family has these dimensions together. */
  | { readonly kind: 'raw' }

export interface Needs {
  /** Of campaign, affiliate, link; and of conversions alone the event. */
  readonly who: readonly string[]
  /** Dimensions of traffic, for grouping or filtering. */
  readonly traffic: readonly string[]
}

export function needsOf({ groupBy, ids, events, traffic }: Question, scope: Scope, parent: Parent | null): Needs {
  const who = new Set(groupBy.map(whoColumn).filter((column) => column !== null))
  for (const column of Object.keys(ids)) who.add(column === 'advertiser_id' ? 'campaign_id' : column)
  if (events !== null) who.add('event')
  if (scope.role === 'ADVERTISER') who.add('campaign_id')
  if (scope.role === 'AFFILIATE') who.add('affiliate_id')
  if (parent !== null) who.add(parent.column)
  const columns = groupBy.map(trafficColumn).filter((column) => column !== null)
  return { who: [...who], traffic: [...new Set([...columns, ...Object.keys(traffic)])] }
}

export function chooseSource(needs: Needs, { interval }: Question): Source {
  const { traffic } = needs
  const [only] = traffic
  // What is summed up cannot be cut up again: days serve intervals from a day on, runs of them only all of the range.
  const serves = (span: Span) =>
    span === 'quarter' || interval === null || (span === 1 && interval !== 'QUARTER_HOUR' && interval !== 'HOUR')
  const usable = spans.filter(serves)
  if (only !== undefined && isSub(only) && traffic.length === 1) {
    const grains = grainsFor('base', { who: needs.who, traffic: [] }, usable)
    const subs = grainsFor('base', { who: needs.who, traffic: ['sub', 'value'] }, usable)
    return { kind: 'rollups', family: 'base', grains, sub: { name: only, grains: subs.conversion } }
  }
  const family = familyNames.find((name) => traffic.every((column) => families[name].some(has(column))))
  if (family === undefined) return { kind: 'raw' }
  return { kind: 'rollups', family, grains: grainsFor(family, needs, usable), sub: null }
}

const has =
  (column: string) =>
  ({ keys }: Grain): boolean =>
    keys.includes(column)

function grainsFor(family: Family, needs: Needs, usable: readonly Span[]): Record<Kind, GrainsBySpan> {
  const of = (kind: Kind): GrainsBySpan => {
    const wanted = [...whoOf(kind, needs), ...needs.traffic]
    const fitting = families[family]
      .filter((grain) => wanted.every((key) => keysOf(kind, grain).includes(key)))
      .toSorted((one, other) => one.keys.length - other.keys.length)
    const bySpan: Partial<Record<Span, Grain>> = {}
    for (const span of usable) {
      const grain = fitting.find((candidate) => candidate.span === span)
      if (grain !== undefined) bySpan[span] = grain
    }
    return bySpan
  }
  return { conversion: of('conversion'), click: of('click') }
}

/** A click has no event. */
export const whoOf = (kind: Kind, { who }: Needs): readonly string[] =>
  kind === 'click' ? who.filter((column) => column !== 'event') : who
