import {
  type GraphQLEnumType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isObjectType,
} from 'graphql'
import type { View, ViewSchema } from '../../src/database/view-schema.js'
import type { Column } from '../../src/exports/columns/column.js'

/**
 * docs/DATA.md: what there is to know about the data, in the words of the definitions themselves, so that it cannot say
 * anything else than they do. What is to be described comes in as arguments; a new kind of it is one more section.
 */
export interface Described {
  readonly schema: GraphQLSchema
  readonly views: ViewSchema
  /** How metrics follow from the columns of the views, by the metric's name. */
  readonly formulas: Readonly<Record<string, string>>
  /** The columns of each export, by its path. */
  readonly exports: Readonly<Record<string, readonly Column[]>>
}

export const dataDictionary = (described: Described): string =>
  [
    introduction,
    metrics(described),
    dimensions(described),
    types(described),
    words(described),
    exportsText(described),
    views(described),
    functions(described),
  ].join('\n')

const introduction = `# The data

What every figure, field and column means. This page is written by \`npm run schema\` from the definitions that the
program runs on; [BI.md](BI.md) shows how to get at the data, and the README who sees what of it.

- **Ids** are a prefix and 26 characters that sort by the time the thing was made: \`cnv_01…\`. They are the same in the
  API and in the views.
- **Money** is exact decimal, to four places, in the workspace's currency; only a conversion's \`amount\` is in its own.
- **Time** is UTC. Days are those of the workspace's time zone, or of the zone that a question names.
- **Tests** are in lists and views, marked, and in no figure unless it is asked for them.
- **Absent** values are null. In the \`key\` of a report's row they are \`""\`.
`

const metricsType = 'Metrics'

function metrics({ schema, views: { views }, formulas }: Described): string {
  const columns = new Set(views.find(({ name }) => name.startsWith('performance_'))?.columns.map(({ name }) => name))
  const rows = fieldsOf(schema, metricsType).map((field) => {
    const column = field.name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    const sql = formulas[field.name] ?? (columns.has(column) ? `sum(${column})` : null)
    if (sql === null) throw new Error(`the views have no ${field.name}, and no formula makes it`)
    return [code(field.name), typeOf(field), describe(field), code(sql)]
  })
  return [
    '## Metrics',
    '',
    describe(objectOf(schema, metricsType)),
    'The last column is the same in SQL, over `bi.performance_by_day` or `bi.performance_by_quarter_hour`: a rate follows',
    'from sums and is never summed itself.',
    '',
    table(['metric', 'type', 'meaning', 'from the views'], rows),
    '',
  ].join('\n')
}

function dimensions({ schema }: Described): string {
  return ['## Dimensions', '', enumText(enumOf(schema, 'Dimension')), ''].join('\n')
}

const describedTypes = ['Conversion', 'ConversionChange', 'Click', 'Receipt'] as const

function types({ schema }: Described): string {
  const sections = describedTypes.flatMap((name) => [
    `### ${name}`,
    '',
    describe(objectOf(schema, name)),
    '',
    table(
      ['field', 'type', 'meaning'],
      fieldsOf(schema, name).map((field) => [code(field.name), typeOf(field), describe(field)]),
    ),
    '',
  ])
  return ['## What the API shows', '', ...sections].join('\n')
}

/** Every list of words that the metrics, the types or a report's question use. */
function words({ schema }: Described): string {
  const used = [metricsType, ...describedTypes].flatMap((name) =>
    fieldsOf(schema, name).map(({ type }) => getNamedType(type)),
  )
  const names = new Set([...used.filter(isEnumType).map(({ name }) => name), ...asked])
  const sections = [...names].sort().flatMap((name) => [`### ${name}`, '', enumText(enumOf(schema, name)), ''])
  return ['## Words', '', ...sections].join('\n')
}

const asked = [
  'TimeBasis',
  'Interval',
  'RelativeRange',
  'CampaignStatus',
  'AffiliateStatus',
  'PriceKind',
  'DuplicatePolicy',
]

function exportsText({ exports }: Described): string {
  const sections = Object.entries(exports).flatMap(([path, columns]) => [
    `### ${path}`,
    '',
    table(
      ['column', 'type', 'meaning'],
      columns.map((column) => [code(column.name), column.type, describe(column)]),
    ),
    '',
  ])
  return [
    '## Exports',
    '',
    'Columns of CSV, and fields of each object of NDJSON, in this order. What a key may not see is there, and empty.',
    '',
    ...sections,
  ].join('\n')
}

function views({ views: { name, views: all } }: Described): string {
  const section = (view: View) => [
    `### ${name}.${view.name}`,
    '',
    view.about,
    '',
    table(
      ['column', 'meaning'],
      view.columns.map((column) => [code(column.name), describe({ ...column, description: column.about })]),
    ),
    '',
  ]
  return [
    '## SQL views',
    '',
    'For readers made by `npm run bi -- grant`, who see the rows of their workspace and nothing else. "Indexed" is said of',
    'times and places by which a filter reads only what it needs.',
    '',
    ...all.flatMap(section),
  ].join('\n')
}

function functions({ views: { name, functions: all } }: Described): string {
  const rows = all.map(({ signature, about }) => [code(`${name}.${signature}`), about])
  return [`## SQL functions`, '', table(['function', 'meaning'], rows), ''].join('\n')
}

function objectOf(schema: GraphQLSchema, name: string): GraphQLObjectType {
  const type = schema.getType(name)
  if (!isObjectType(type)) throw new Error(`the schema has no type ${name}`)
  return type
}

const fieldsOf = (schema: GraphQLSchema, name: string): GraphQLField<unknown, unknown>[] =>
  Object.values(objectOf(schema, name).getFields())

function enumOf(schema: GraphQLSchema, name: string): GraphQLEnumType {
  const type = schema.getType(name)
  if (!isEnumType(type)) throw new Error(`the schema has no enum ${name}`)
  return type
}

function enumText(type: GraphQLEnumType): string {
  const rows = type.getValues().map((value) => [code(value.name), describe(value)])
  return `${describe(type)}\n\n${table(['word', 'meaning'], rows)}`
}

const typeOf = ({ type }: GraphQLField<unknown, unknown>): string => code(String(type))

/** Nothing is listed without a meaning. */
function describe({ name, description }: { readonly name: string; readonly description?: string | null }): string {
  if (description == null || description === '') throw new Error(`${name} has no description`)
  return description
}
const code = (text: string): string => `\`${text}\``

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
