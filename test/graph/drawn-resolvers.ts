import { createHash } from 'node:crypto'
import { Big } from 'big.js'
import {
  buildSchema,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  type GraphQLSchema,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  printSchema,
} from 'graphql'
import { badInput } from '../../src/kernel/errors.js'

export interface Behaviour {
  readonly seed: number
  /** How many of a thousand values go wrong, in one of many ways. */
  readonly wrong: number
  /** Whether values may be promises. */
  readonly isAsync: boolean
}

/** Told of each resolver that is called, in order. */
export interface DrawnContext {
  readonly behaviour: Behaviour
  readonly calls: string[]
}

/**
 * The same API with made-up resolvers. What a field gives, when, and whether it goes wrong, depends on where it is, on
 * its arguments and on the seed alone, so whoever executes an operation must come to the same answer. Half of the fields
 * have a resolver, the others are properties: values, getters that throw, promises or methods.
 */
export function drawnSchema(real: GraphQLSchema): GraphQLSchema {
  const schema = buildSchema(printSchema(real))
  for (const type of Object.values(schema.getTypeMap())) {
    if (type instanceof GraphQLScalarType && !isSpecifiedScalarType(type)) {
      const { serialize, parseValue, parseLiteral } = real.getType(type.name) as GraphQLScalarType
      Object.assign(type, { serialize, parseValue, parseLiteral })
    }
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const isRoot = type === schema.getQueryType() || type === schema.getMutationType()
      if (!isRoot && hash(type.name, field.name) % 2 === 0) continue
      field.resolve = (_source, args, context: DrawnContext, info) => give(field.type, args, context, placeOf(info))
    }
  }
  return schema
}

const placeOf = ({ path }: GraphQLResolveInfo): string => {
  let place = ''
  for (let at: GraphQLResolveInfo['path'] | undefined = path; at !== undefined; at = at.prev)
    place = `/${at.key}${place}`
  return place
}

const hash = (...parts: unknown[]): number => createHash('md5').update(parts.join('\n')).digest().readUInt32LE()

function give(type: GraphQLOutputType, args: object, context: DrawnContext, place: string): unknown {
  const { seed, isAsync } = context.behaviour
  const where = `${place} ${JSON.stringify(args)}`
  context.calls.push(where)
  const number = hash(seed, where)
  if (!isAsync || number % 3 > 0) return make(type, context, where)
  const ticks = number % 5
  return (async () => {
    for (let tick = 0; tick < ticks; tick += 1) await null
    if (ticks === 4) await new Promise((resolve) => setImmediate(resolve))
    return make(type, context, where)
  })()
}

/** A value of the type, or what should not be there. */
function make(type: GraphQLOutputType, context: DrawnContext, where: string): unknown {
  const { seed, wrong } = context.behaviour
  const number = hash(seed, 'value', where)
  if (number % 1000 < wrong) return goWrong(number >> 10, where)
  if (isNonNullType(type)) return makeSome(type.ofType, context, where)
  return number % 11 === 0 ? [null, undefined][number % 2] : makeSome(type, context, where)
}

function makeSome(type: GraphQLOutputType, context: DrawnContext, where: string): unknown {
  const { seed, wrong, isAsync } = context.behaviour
  const number = hash(seed, 'some', where)
  if (isListType(type)) {
    // Where an item fails at once, graphql-js leaves those before it that are under way unheard, which ends a process.
    const arePromises = isAsync && (wrong > 0 || hash(seed, 'items', where) % 5 === 0)
    const items = Array.from({ length: (number >> 4) % 4 }, (_, index) => {
      const item = () => make(type.ofType, context, `${where}#${index}`)
      return arePromises ? Promise.resolve().then(item) : item()
    })
    return number % 5 === 0 ? new Set(items) : items
  }
  if (isObjectType(type)) return objectOf(type, context, where)
  if (isEnumType(type)) return type.getValues()[number % type.getValues().length]?.value
  return (leaves[type.name] ?? (() => where))(number, where)
}

function goWrong(number: number, where: string): unknown {
  switch (number % 9) {
    case 0:
      throw badInput(`refused ${where}`, 'first')
    case 1:
      throw new Error(`unexpected ${where}`)
    case 2:
      throw new GraphQLError(`by GraphQL ${where}`, { extensions: { code: 'OWN' } })
    case 3:
      throw `text ${where}`
    case 4:
      throw undefined
    case 5:
      return new TypeError(`returned ${where}`)
    case 6:
      return Symbol('of no type')
    case 7:
      return { of: 'no type' }
    default:
      return null
  }
}

/** Its properties come to be when they are asked for; some are methods. */
function objectOf(type: GraphQLObjectType, context: DrawnContext, where: string): object {
  const object = {}
  for (const field of Object.values(type.getFields())) {
    const at = `${where}.${field.name}`
    const get = () => {
      const isMethod = hash(context.behaviour.seed, 'method', at) % 6 === 0
      return isMethod ? (args: object) => give(field.type, args, context, at) : give(field.type, {}, context, at)
    }
    Object.defineProperty(object, field.name, { get, enumerable: true })
  }
  return object
}

const leaves: Readonly<Record<string, (number: number, where: string) => unknown>> = {
  Int: (number) => number % 1000,
  Float: (number) => number / 7,
  Boolean: (number) => number % 2 === 0,
  SafeInt: (number) => number,
  DateTime: (number) => (number % 2 === 0 ? number * 1000 : new Date(number * 1000)),
  Decimal: (number) => (number % 2 === 0 ? new Big(number).div(100) : `${number}.5000`),
  JSONObject: (number) => ({ sub1: String(number) }),
}
