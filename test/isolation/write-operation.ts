import {
  type GraphQLField,
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

export interface Asked {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * What the schema alone does not say: a value for `Type.field.argument` or `Input.field`, for all of an input or scalar
 * type by its name, or, for `Input with field`, what goes with that field. Undefined: there is no recipe.
 */
export type Recipes = (where: string, type?: string) => unknown

/** A place that a value can be put into: an argument of a field, and the way through input objects to it. */
export interface Slot {
  readonly type: GraphQLObjectType
  readonly field: GraphQLField<unknown, unknown>
  /** The argument, then the fields of input objects. */
  readonly path: readonly string[]
  /** `ID`, `String`, `PageCursor`… */
  readonly leaf: string
  readonly isList: boolean
  /** `Query.campaigns.filter.advertiserIds` */
  readonly name: string
}

/** The fields that lead from a root to the objects of a type. */
export type Way = readonly GraphQLField<unknown, unknown>[]

const isConnection = (type: GraphQLObjectType): boolean => type.getFields().nodes !== undefined
const isWrapper = (type: GraphQLObjectType): boolean => isConnection(type) || type.getFields().node !== undefined

/** How many of each list are asked for: few within others, or a page of pages would be too much. */
const few = 3
const many = 30
/** An operation of more steps than two is not to be longer than this. */
const maxLength = 9_000

export class WantsRecipe extends Error {
  constructor(where: string) {
    super(`${where} wants a recipe: the schema does not say what to put there`)
  }
}

/** Every place of these leaf types in the arguments of every field, found anew from the schema. */
export function slotsOf(schema: GraphQLSchema, leaves: readonly string[]): Slot[] {
  const slots: Slot[] = []
  const visit = (
    slot: Omit<Slot, 'leaf' | 'name' | 'isList'>,
    type: GraphQLInputType,
    isList: boolean,
    seen: string[],
  ) => {
    if (isNonNullType(type)) return visit(slot, type.ofType, isList, seen)
    if (isListType(type)) return visit(slot, type.ofType, true, seen)
    const named = getNamedType(type)
    if (leaves.includes(named.name)) {
      slots.push({ ...slot, leaf: named.name, isList, name: [slot.type.name, slot.field.name, ...slot.path].join('.') })
    }
    if (!isInputObjectType(named) || seen.includes(named.name)) return
    for (const inner of Object.values(named.getFields())) {
      visit({ ...slot, path: [...slot.path, inner.name] }, inner.type, false, [...seen, named.name])
    }
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      for (const { name, type: given } of field.args) visit({ type, field, path: [name] }, given, false, [])
    }
  }
  return slots
}

/** The shortest way from the root of queries to each type, by fields that need no arguments. */
export function waysFrom(root: GraphQLObjectType): ReadonlyMap<string, Way> {
  const ways = new Map<string, Way>([[root.name, []]])
  const queue = [root]
  for (let type = queue.shift(); type !== undefined; type = queue.shift()) {
    for (const field of Object.values(type.getFields())) {
      const next = getNamedType(field.type)
      if (!isObjectType(next) || ways.has(next.name) || field.args.some(({ type: given }) => isNonNullType(given)))
        continue
      ways.set(next.name, [...(ways.get(type.name) ?? []), field])
      queue.push(next)
    }
  }
  return ways
}

/**
 * Writes operations that the schema allows and that ask for all that they can. What an argument needs is made up by its
 * type or taken from the recipes; where neither will do, WantsRecipe says what is missing.
 */
export function createWriter(schema: GraphQLSchema, recipes: Recipes) {
  const kindOf = (root: GraphQLObjectType): string =>
    root === schema.getMutationType() ? 'mutation' : root === schema.getSubscriptionType() ? 'subscription' : 'query'

  function fill(type: GraphQLInputType, where: string): unknown {
    if (isNonNullType(type)) return fill(type.ofType, where)
    const { name } = getNamedType(type)
    const known = recipes(where, name)
    if (known !== undefined) return isListType(type) && !Array.isArray(known) ? [known] : known
    if (isListType(type)) return [fill(type.ofType, where)]
    const usual = recipes(name)
    if (usual !== undefined) return usual
    if (isEnumType(type)) return type.getValues()[0]?.name
    if (!isInputObjectType(type)) throw new WantsRecipe(`${where} of type ${name}`)
    const needed = Object.values(type.getFields()).filter((field) => isNonNullType(field.type))
    return Object.fromEntries(needed.map((field) => [field.name, fill(field.type, `${name}.${field.name}`)]))
  }

  /** The value of an argument in which `value` stands at the end of `path`. */
  function place(type: GraphQLInputType, path: readonly string[], where: string, value: unknown): unknown {
    if (isNonNullType(type)) return place(type.ofType, path, where, value)
    if (isListType(type))
      return path.length === 0 && Array.isArray(value) ? value : [place(type.ofType, path, where, value)]
    const [name, ...rest] = path
    if (name === undefined || !isInputObjectType(type)) return value
    const field = type.getFields()[name]
    if (field === undefined) throw new Error(`${type.name} has no ${name}`)
    const needed = fill(type, where) as object // of an input object
    const beside = recipes(`${type.name} with ${name}`) as object | undefined // of the same
    return { ...needed, ...beside, [name]: place(field.type, rest, `${type.name}.${name}`, value) }
  }

  function createText() {
    const variables: Record<string, unknown> = {}
    const definitions: string[] = []

    function argumentsOf(
      type: GraphQLObjectType,
      field: Slot['field'],
      count: number,
      slot?: Slot,
      value?: unknown,
    ): string {
      const isSlot = slot?.field === field
      const given = field.args.flatMap((argument) => {
        const where = `${type.name}.${field.name}.${argument.name}`
        if (argument.name === 'first') return [`first: ${count}`]
        const isHere = isSlot && slot.path[0] === argument.name
        if (!isHere && !isNonNullType(argument.type) && recipes(where) === undefined) return []
        const name = `v${definitions.length}`
        definitions.push(`$${name}: ${argument.type}`)
        variables[name] = isHere ? place(argument.type, slot.path.slice(1), where, value) : fill(argument.type, where)
        return [`${argument.name}: $${name}`]
      })
      return given.length === 0 ? '' : `(${given.join(', ')})`
    }

    /** All of a type, and of what is up to so many steps away from it. */
    function select(type: GraphQLObjectType, steps: number): string {
      const inside = isWrapper(type)
      const parts = Object.values(type.getFields()).flatMap((field) => {
        const named = getNamedType(field.type)
        if (isLeafType(named)) return [`${field.name}${argumentsOf(type, field, few)}`]
        if (!isObjectType(named)) throw new Error(`${named} is neither a leaf nor an object`)
        // The edges have the same nodes once more: their cursors are what is wanted of them.
        const left = isConnection(type) && field.name === 'edges' ? 0 : inside ? steps : steps - 1
        return left < 0 ? [] : [`${field.name}${argumentsOf(type, field, few)} { ${select(named, left)} }`]
      })
      return parts.length === 0 ? '__typename' : parts.join(' ')
    }

    function follow(root: GraphQLObjectType, way: Way, steps: number, slot?: Slot, value?: unknown): string {
      const [field, ...rest] = way
      if (field === undefined) throw new Error('a way leads nowhere')
      const named = getNamedType(field.type)
      const given = argumentsOf(root, field, many, rest.length === 0 ? slot : undefined, value)
      if (!isObjectType(named)) return `${field.name}${given}`
      return `${field.name}${given} { ${rest.length === 0 ? select(named, steps) : follow(named, rest, steps, slot, value)} }`
    }

    const finish = (root: GraphQLObjectType, text: string): Asked => {
      const head = definitions.length === 0 ? '' : `(${definitions.join(', ')})`
      return { query: `${kindOf(root)} ${head} { ${text} }`, variables }
    }
    return { follow, finish }
  }

  return {
    /** A field of a root, with all that can be seen from there in as many steps as one operation has room for. */
    all(root: GraphQLObjectType, field: Slot['field']): Asked {
      const within = (steps: number) => {
        const { follow, finish } = createText()
        return finish(root, follow(root, [field], steps))
      }
      const [least, ...more] = [2, 3, 4].map(within)
      return more.findLast(({ query }) => query.length < maxLength) ?? (least as Asked)
    },
    /** A field with a value in one of its places, reached by a way from its root. */
    with(root: GraphQLObjectType, way: Way, slot: Slot, value: unknown, steps = 1): Asked {
      const { follow, finish } = createText()
      return finish(root, follow(root, [...way, slot.field], steps, slot, value))
    },
  }
}
