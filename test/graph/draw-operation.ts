import type fc from 'fast-check'
import {
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'

export interface DrawnOperation {
  readonly query: string
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>>
}

/** A choice that fast-check makes, and makes smaller when a check has failed. */
type Draw = <Arguments extends unknown[], Value>(
  arbitrary: (...args: Arguments) => fc.Arbitrary<Value>,
  ...args: Arguments
) => Value

export interface Drawing {
  readonly draw: Draw
  readonly integer: typeof fc.integer
}

const kinds = ['query', 'mutation', 'subscription'] as const
const maxFields = 60
/** The variables that `@skip` and `@include` ask: few names, so that one condition decides several things. */
export const conditions = ['isA', 'isB', 'isC'] as const

/**
 * Any operation that the schema allows: aliases, fields asked twice, fragments in fragments, `@skip` and `@include`,
 * arguments as text and as variables, also within objects and lists, with defaults, absent, null, and now and then
 * wrong. Not each one is valid: that is left to the rules of GraphQL.
 */
export function drawOperation(schema: GraphQLSchema, { draw, integer }: Drawing): DrawnOperation {
  const upTo = (max: number) => draw(integer, { min: 0, max })
  const oneOf = <Value>(values: readonly Value[]): Value => values[upTo(values.length - 1)] as Value
  /** True in so many of a hundred cases; false is the smaller case. */
  const happens = (percent: number) => upTo(99) >= 100 - percent

  const definitions: string[] = []
  const fragments: { readonly name: string; readonly type: string; readonly text: string }[] = []
  const variables: Record<string, unknown> = {}
  let fields = 0
  let names = 0
  const newName = (start: string) => {
    names += 1
    return `${start}${names}`
  }

  function directives(): string {
    if (!happens(15)) return ''
    const name = oneOf(['skip', 'include'])
    if (happens(40)) return ` @${name}(if: ${oneOf(['true', 'false'])})`
    const variable = oneOf(conditions)
    if (!definitions.some((definition) => definition.startsWith(`$${variable}:`))) {
      definitions.push(oneOf([`$${variable}: Boolean!`, `$${variable}: Boolean = true`]))
      if (happens(95)) variables[variable] = oneOf([true, false])
      else if (happens(50)) variables[variable] = null
    }
    return ` @${name}(if: $${variable})`
  }

  /** A value of a type as a client sends it in variables. */
  function value(type: GraphQLInputType, depth: number): unknown {
    if (isNonNullType(type)) return value(type.ofType, depth)
    if (happens(8)) return null
    if (happens(3)) return oneOf<unknown>([[], {}, 'wrong', 1e30, true])
    if (isListType(type)) return Array.from({ length: upTo(3) }, () => value(type.ofType, depth))
    if (isEnumType(type)) return oneOf(type.getValues()).name
    if (isInputObjectType(type)) {
      const given = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || happens(20))
      return Object.fromEntries(
        given.slice(0, depth > 3 ? 0 : 9).map((field) => [field.name, value(field.type, depth + 1)]),
      )
    }
    return oneOf(samples[getNamedType(type).name] ?? ['x'])
  }

  /** The same as text in a document, here and there with a variable in it. */
  function literal(outer: GraphQLInputType, depth: number): string {
    if (happens(depth === 0 ? 45 : 15)) return variable(outer)
    const type = isNonNullType(outer) ? outer.ofType : outer
    if (type === outer && happens(5)) return 'null'
    if (isListType(type)) return `[${Array.from({ length: upTo(2) }, () => literal(type.ofType, depth + 1)).join(' ')}]`
    if (isEnumType(type)) return oneOf(type.getValues()).name
    if (isInputObjectType(type)) {
      const given = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || happens(20))
      return `{${given.map((field) => `${field.name}: ${literal(field.type, depth + 1)}`).join(' ')}}`
    }
    return toLiteral(oneOf(samples[getNamedType(type).name] ?? ['x']))
  }

  function variable(type: GraphQLInputType): string {
    const name = newName('v')
    const bare = isNonNullType(type) ? type.ofType : type
    const fallback = happens(30) && !isInputObjectType(getNamedType(type)) ? constant(bare) : null
    definitions.push(`$${name}: ${fallback === null ? type : `${bare} = ${fallback}`}`)
    if (happens(75)) variables[name] = value(type, 0)
    return `$${name}`
  }

  function constant(type: GraphQLInputType): string {
    if (isNonNullType(type)) return constant(type.ofType)
    if (isListType(type)) return `[${constant(type.ofType)}]`
    return isEnumType(type) ? oneOf(type.getValues()).name : toLiteral(oneOf(samples[getNamedType(type).name] ?? ['x']))
  }

  function argumentsOf(all: readonly GraphQLArgument[]): string {
    const given = all.filter((argument) => isNonNullType(argument.type) || happens(35))
    return given.length === 0 ? '' : `(${given.map(({ name, type }) => `${name}: ${literal(type, 0)}`).join(', ')})`
  }

  function field(type: GraphQLObjectType, depth: number): string {
    const all = Object.values(type.getFields()).filter((each) => depth < 5 || isLeafType(getNamedType(each.type)))
    if (depth > 0 && (all.length === 0 || happens(4))) return `__typename${directives()}`
    fields += 1
    const asked = oneOf(all)
    const given = argumentsOf(asked.args)
    // Fields of one name must have the same arguments, so those with arguments get names of their own.
    const alias = given !== '' || happens(15) ? `${happens(3) ? '__proto__' : newName('a')}: ` : ''
    const inner = getNamedType(asked.type)
    const set = isObjectType(inner) ? ` ${selectionSet(inner, depth + 1)}` : ''
    // At the root of a subscription, what is left out may not depend on variables.
    const left = kind === 'subscription' && depth === 0 ? '' : directives()
    return `${alias}${asked.name}${given}${left}${set}`
  }

  function selection(type: GraphQLObjectType, depth: number): string {
    if (fields > maxFields) return '__typename'
    if (happens(10)) return `...${oneOf(['', ` on ${type.name}`])}${directives()} ${selectionSet(type, depth + 1)}`
    if (happens(12)) {
      const known = fragments.filter((fragment) => fragment.type === type.name)
      if (known.length > 0 && happens(60)) return `...${oneOf(known).name}${directives()}`
      const text = selectionSet(type, depth + 1)
      const name = newName('F')
      fragments.push({ name, type: type.name, text })
      return `...${name}${directives()}`
    }
    return field(type, depth)
  }

  const selectionSet = (type: GraphQLObjectType, depth: number): string =>
    `{ ${Array.from({ length: 1 + upTo(depth > 4 ? 1 : 4) }, () => selection(type, depth)).join(' ')} }`

  const kind = oneOf(kinds)
  const root = schema.getRootType(kind as never)
  if (root == null) throw new Error(`the schema has no ${kind}`)
  const set = kind === 'subscription' ? `{ ${field(root, 0)} }` : selectionSet(root, 0)
  const name = happens(30) ? newName('Named') : undefined
  const head = `${kind} ${name ?? ''}${definitions.length === 0 ? '' : `(${definitions.join(', ')})`}`
  const others = fragments.map((fragment) => `fragment ${fragment.name} on ${fragment.type} ${fragment.text}`)
  if (name !== undefined && happens(30)) others.push('query Another { __typename }')
  return { query: [`${head} ${set}`, ...others].join('\n'), operationName: name, variables }
}

/** A value as text; the keys of an object are names. */
function toLiteral(sample: unknown): string {
  if (typeof sample !== 'object' || sample === null) return JSON.stringify(sample)
  return `{${Object.entries(sample)
    .map(([name, each]) => `${name}: ${toLiteral(each)}`)
    .join(' ')}}`
}

const samples: Readonly<Record<string, readonly unknown[]>> = {
  ID: ['cmp_01h455vb4pex5vsknk084sn02q', 'no id', 7],
  String: ['text', '', 'ümläut "quoted" \\ 😀', '"); throw 0 //'],
  Int: [1, 0, -1, 50, 2_147_483_647],
  Float: [0.5, 3],
  Boolean: [true, false],
  DateTime: ['2026-03-01T09:30:00+01:00', '2026-06-01T00:00:00.123Z'],
  Decimal: ['12.50', '0', 7],
  TimeZone: ['Europe/Berlin', 'UTC'],
  Currency: ['EUR'],
  Cursor: ['a-cursor'],
  PageCursor: ['a-place'],
  SafeInt: [1, 9_007_199_254_740_991],
  JSONObject: [{}, { sub1: 'spring' }, { sub1: 'a', nested: { b: 'c' } }],
}
