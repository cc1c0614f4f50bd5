import { type ArgumentNode, type FieldNode, Kind, type ObjectFieldNode, print, type ValueNode } from 'graphql'
import type { MetricName } from '../figures/metrics'
import type { PerformanceInput } from '../generated/reports/reports'
import type { Dimension } from './dimensions'

const enums: readonly string[] = ['range', 'interval', 'basis', 'groupBy', 'by', 'statuses']
const records: Readonly<Partial<Record<Dimension, readonly string[]>>> = {
  CAMPAIGN: ['id', 'name'],
  ADVERTISER: ['id', 'name'],
  AFFILIATE: ['id', 'name'],
  LINK: ['id'],
}

/** The report as a query to paste into any client: nothing stands in variables. */
export function asGraphql(question: PerformanceInput, columns: readonly MetricName[]): string {
  const metrics = columns.map((name) => field(name))
  const ofRecords = (question.groupBy ?? []).flatMap((dimension) => {
    const names = records[dimension]
    return names === undefined
      ? []
      : [
          field(
            dimension.toLowerCase(),
            names.map((name) => field(name)),
          ),
        ]
  })
  const bucket = question.interval == null ? [] : [field('bucket')]
  const report = field(
    'performance',
    [
      ...['asOf', 'from', 'to', 'timeZone', 'currency', 'truncated'].map((name) => field(name)),
      field('totals', metrics),
      field('rows', [...bucket, field('key'), ...ofRecords, field('metrics', metrics)]),
    ],
    [{ kind: Kind.ARGUMENT, name: nameNode('query'), value: toValue(question, '') }],
  )
  return print({ kind: Kind.SELECTION_SET, selections: [report] })
}

const nameNode = (value: string) => ({ kind: Kind.NAME, value }) as const

const field = (name: string, selections: readonly FieldNode[] = [], args: readonly ArgumentNode[] = []): FieldNode => ({
  kind: Kind.FIELD,
  name: nameNode(name),
  arguments: args,
  ...(selections.length > 0 && { selectionSet: { kind: Kind.SELECTION_SET, selections } }),
})

/** A value of the field `name` of the input, as it is written in a document. */
function toValue(value: unknown, name: string): ValueNode {
  if (Array.isArray(value)) return { kind: Kind.LIST, values: value.map((one) => toValue(one, name)) }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value)
      .filter(([, part]) => part != null)
      .map(
        ([key, part]): ObjectFieldNode => ({ kind: Kind.OBJECT_FIELD, name: nameNode(key), value: toValue(part, key) }),
      )
    return { kind: Kind.OBJECT, fields }
  }
  if (typeof value === 'boolean') return { kind: Kind.BOOLEAN, value }
  if (typeof value === 'number') return { kind: Kind.INT, value: String(value) }
  return enums.includes(name) ? { kind: Kind.ENUM, value: String(value) } : { kind: Kind.STRING, value: String(value) }
}
