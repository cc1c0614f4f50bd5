import fc from 'fast-check'
import type { GraphQLSchema } from 'graphql'
import { type Drawing, drawOperation } from '../graph/draw-operation.js'
import type { Draw } from './draw.js'
import { hostileJson, hostileName, mutate } from './hostile.js'
import type { World } from './world.js'

/** An operation as text, and its variables as JSON text, which may be none. */
export interface HostileOperation {
  readonly query: string
  readonly variables: string
  readonly operationName: string | undefined
}

/** Whoever draws operations for fast-check draws them for us: all that it asks for is whole numbers. */
function drawingOf(draw: Draw): Drawing {
  const integer = (_arbitrary: unknown, { min = 0, max = 0 }: { min?: number; max?: number } = {}) =>
    min + draw.upTo(max - min)
  return { draw: integer as Drawing['draw'], integer: fc.integer }
}

/** Operations that have been trouble elsewhere, by what they do. */
const known: readonly ((draw: Draw, world: World) => string)[] = [
  (draw) =>
    `{ viewer { ${'...A '.repeat(1 + draw.upTo(50))} } } fragment A on Viewer { ...B } fragment B on Viewer { ...A role }`,
  (draw) => `{ viewer { ${Array.from({ length: draw.oneOf([49, 51, 500]) }, (_, at) => `a${at}: role`).join(' ')} } }`,
  (draw) => `{ ${'__typename '.repeat(draw.oneOf([29, 31, 500]))} }`,
  (draw) => `query ${'@aa'.repeat(draw.oneOf([1, 10, 400]))} { __typename }`,
  (draw) => `{ ${'a { '.repeat(draw.oneOf([10, 500, 1_600]))}`,
  (draw) => `{ campaign(id: ${'['.repeat(draw.oneOf([5, 500, 4_000]))}`,
  (draw) => `{ campaigns(filter: {search: ${'{a:'.repeat(draw.oneOf([5, 500]))}1${'}'.repeat(500)}) { nodes { id } } }`,
  () =>
    '{ __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }',
  () => 'query ($a: [[[[[[ID]]]]]] = [[[[[["x"]]]]]]) { __typename }',
  () => 'query ($a: Int = $a) { __typename @skip(if: $a) }',
  (draw) => `"""${'"'.repeat(draw.upTo(9))}""" { __typename }`,
  (draw) =>
    `{ campaigns(search: "${draw.oneOf(['\\u0000', '\\ud800', '\\u{110000}', '%', '_', '\\\\', "'"])}") { nodes { id } } }`,
  (draw) =>
    `{ conversions(filter: {transactionId: "${draw.oneOf(['\\u0000', '\\ud800', 'x'.repeat(3_000), "' or 1=1"])}"}) { nodes { id } } }`,
  (draw) => `{ clicks(filter: {sources: ["${draw.oneOf(['\\u0000', '\\ud800', '%'])}"]}) { nodes { id } } }`,
  (draw) =>
    `{ receipts(filter: {transactionId: "${draw.oneOf(['\\u0000', '\\ud800'])}", clickId: "\\u0000"}) { nodes { id } } }`,
  (draw) =>
    `mutation { createAffiliate(input: {name: "${draw.oneOf(['\\u0000', '\\ud800', '\\u202e', ' ', ''])}"}) { id name } }`,
  (draw) => `mutation { eraseVisitor(transactionIds: ["${draw.oneOf(['\\u0000', '\\ud800', ''])}"]) { __typename } }`,
  (draw, { campaignIds, affiliateId }) =>
    `mutation { createLink(input: {campaignId: "${campaignIds[0]}", affiliateId: "${affiliateId}", subs: ${draw.oneOf([
      '{sub1: "\\u0000"}',
      '{__proto__: "x"}',
      '{sub1: {a: {b: {c: {d: {e: 1}}}}}}',
      '{constructor: "x", sub1: "y"}',
      '[]',
    ])}}) { id } }`,
  (draw) =>
    `{ performance(query: {range: TODAY, groupBy: [SOURCE], filter: {sources: ["${draw.oneOf(['\\u0000', '\\ud800'])}"]}}) { rows { key } } }`,
  (draw) =>
    `{ performance(query: {from: "${draw.oneOf(['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '-000001-01-01T00:00:00Z'])}", to: "9999-12-31T23:59:59Z", interval: HOUR, fill: true}) { rows { key } } }`,
]

export function hostileOperation(draw: Draw, world: World, schema: GraphQLSchema): HostileOperation {
  if (draw.happens(20)) {
    return { query: draw.oneOf(known)(draw, world), variables: hostileVariables(draw), operationName: undefined }
  }
  const { query, variables, operationName } = drawOperation(schema, drawingOf(draw))
  const text = JSON.stringify(variables)
  return {
    query: draw.happens(20) ? mutate(draw, query) : query,
    variables: draw.happens(10) ? mutate(draw, text) : draw.happens(15) ? hostileVariables(draw, variables) : text,
    operationName: draw.happens(3) ? hostileName(draw) : operationName,
  }
}

/** Each name with anything at all. */
function hostileVariables(draw: Draw, variables: object = {}): string {
  const names = [...Object.keys(variables), hostileName(draw)]
  return `{${names.map((name) => `${JSON.stringify(name)}:${hostileJson(draw)}`).join(',')}}`
}

/** As the body of a request, or the payload of a message. */
export function writeOperation(draw: Draw, { query, variables, operationName }: HostileOperation): string {
  const members = [`"query":${JSON.stringify(query)}`, `"variables":${variables}`]
  if (operationName !== undefined) members.push(`"operationName":${JSON.stringify(operationName)}`)
  if (draw.happens(5))
    members.push(`${JSON.stringify(draw.oneOf(['extensions', '__proto__', 'query', 'id']))}:${hostileJson(draw)}`)
  return `{${members.join(',')}}`
}
