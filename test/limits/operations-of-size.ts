import { type OperationLimits, operationLimits } from '../../src/graph/limits.js'

/** A limit on operations, and how one is written that is exactly so large, or just too large. */
export interface OperationLimit {
  readonly setting: string
  readonly default: number
  /** Another value, for a program that is set to it. */
  readonly set: number
  readonly just: (size: number) => string
  readonly over: (size: number) => string
  /** What one that is too large is refused with. */
  readonly code: string
}

const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: Math.max(0, count) }, (_, index) => text(index)).join(' ')

const around = ['campaigns(first: 1)', 'nodes', 'advertiser'] as const
const nest = (depth: number, level = 0): string =>
  depth === 1 ? '__typename' : `${around[level % 3]} { ${nest(depth - 1, level + 1)} }`

const tokensOfList = 4
const tokensBesides = 14
const lists = ['events', 'sources', 'creatives', 'keywords', 'placements', 'countries', 'devices']
const inOneList = 900

/** As many texts in lists as make so many tokens: fields would meet another limit first. */
function ofTokens(count: number): string {
  let left = count - tokensBesides - 1
  const filter: string[] = []
  for (const name of lists) {
    const values = Math.min(inOneList, left - tokensOfList)
    if (values < 0) break
    filter.push(`${name}: [${times(values, () => '"a"')}]`)
    left -= values + tokensOfList
  }
  // What is too little for another list stands in the selection.
  return `{ changes(first: 1, filter: {${filter.join(' ')}}) { ${times(left + 1, () => 'hasMore')} } }`
}

const inOneBlock = 50
const leaves = ['id', 'name', 'status', 'clientSide', 'destinationUrl', 'fallbackUrl', 'attributionWindowDays']

/** Fields of several lists, because graphql-js itself refuses to compare hundreds of one name. */
function ofFields(count: number): string {
  const block = (fields: number, index: number) =>
    fields < 3
      ? times(fields, () => '__typename')
      : `a${index}: campaigns(first: 1) { nodes { ${times(fields - 2, (leaf) => leaves[leaf % leaves.length] ?? '')} } }`
  const blocks = times(Math.floor(count / inOneBlock), (index) => block(inOneBlock, index))
  return `{ ${blocks} ${block(count % inOneBlock, inOneBlock)} }`
}

/** A page of campaigns with a page of links each: one record for each of either. */
const linksOfEach = 199
const ofRecords = (count: number): string =>
  `campaigns(first: ${count / (linksOfEach + 1)}) { nodes { links(first: ${linksOfEach}) { nodes { __typename } } } }`

const row = (
  limit: keyof OperationLimits,
  set: number,
  just: (size: number) => string,
  more: Partial<OperationLimit> = {},
): OperationLimit => ({
  setting: limit.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
  default: operationLimits[limit],
  ...{ set, just, over: (size) => just(size + 1), code: 'TOO_COMPLEX' },
  ...more,
})

export const operationTable: Readonly<Record<keyof OperationLimits, OperationLimit>> = {
  maxTokens: row('maxTokens', 100, ofTokens, { code: 'BAD_USER_INPUT' }),
  maxDepth: row('maxDepth', 6, (size) => `{ ${nest(size)} }`),
  maxAliases: row('maxAliases', 3, (size) => `{ viewer { ${times(size, (index) => `a${index}: role`)} } }`),
  maxRootFields: row('maxRootFields', 2, (size) => `{ ${times(size, () => 'viewer { role }')} }`),
  maxFields: row('maxFields', 20, ofFields),
  maxDirectives: row('maxDirectives', 2, (size) => `{ viewer { ${times(size, () => 'role @include(if: true)')} } }`),
  maxRecords: row('maxRecords', 1_000, (size) => `{ ${ofRecords(size)} }`, {
    over: (size) => `{ ${ofRecords(size)} keys(first: 1) { __typename } }`,
  }),
}

/** The same sizes by fragments, which count wherever they are spread. */
export const byFragments: Readonly<Record<string, string>> = {
  depth: `{ campaigns(first: 1) { nodes { ...A } } } fragment A on Campaign { advertiser { ${nest(16)} } }`,
  aliases: `{ viewer { ...A ...B } } fragment A on Viewer { ${times(30, (index) => `a${index}: role`)} }
    fragment B on Viewer { ${times(30, (index) => `b${index}: role`)} }`,
  'root fields': `{ ...Q } fragment Q on Query { ${times(31, () => 'viewer { role }')} }`,
  directives: `{ viewer { ${times(26, () => '...A @include(if: true)')} } }
    fragment A on Viewer { role @include(if: true) }`,
  'fragments that multiply': `{ viewer { workspace { ...F0 } } }
    ${times(12, (index) => `fragment F${index} on Workspace { ...F${index + 1} ...F${index + 1} }`)}
    fragment F12 on Workspace { name }`,
}
