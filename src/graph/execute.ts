import {
  type ExecutionArgs,
  type ExecutionResult,
  type FieldNode,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLSchema,
  getArgumentValues,
  locatedError,
} from 'graphql'
import { buildExecutionContext, buildResolveInfo, type ExecutionContext } from 'graphql/execution/execute.js'
import { type Path, pathToArray } from 'graphql/jsutils/Path.js'
import { type CompiledField, createCompile, type Holder, type Selection, type Shape } from './compiled-operation.js'

/** What is to be executed, of a document that was validated. */
export type ExecutionRequest = Pick<ExecutionArgs, 'document' | 'operationName' | 'variableValues' | 'rootValue'>

export type Execute = (
  request: ExecutionRequest & Pick<ExecutionArgs, 'contextValue'>,
) => ExecutionResult | Promise<ExecutionResult>

/**
 * Executes operations as graphql-js's `execute` does, by what was read of them once.
 *
 * Each value is put where it belongs in the answer as soon as it is there; where a promise is waited for, null keeps the
 * place. The answer is ready when nothing is waited for any more. An error nulls the nearest place around it that may be
 * null; what is still to come below that place is written into what is no part of the answer any more, and its errors
 * are none.
 */
export function createExecute(schema: GraphQLSchema, { hideSuggestions = false } = {}): Execute {
  const compile = createCompile(schema)

  return (request) => {
    const around = buildExecutionContext({ ...request, schema, hideSuggestions })
    if (!('operation' in around)) return { errors: around }
    const { operation, rootValue, variableValues } = around
    let selection: Selection
    try {
      selection = compile(request.document, operation, variableValues)()
    } catch (error) {
      // A variable that decides what is left out has no value: nothing can be answered.
      if (error instanceof GraphQLError) return { errors: [error], data: null }
      throw error
    }
    const data = { ...selection.empty }
    const run: Run = { around, arguments: new Map(), errors: [], data, waiting: 0, done: () => undefined }
    if (operation.operation === 'mutation') return executeSerially(run, selection, rootValue)
    executeFields(run, selection, rootValue, undefined, data)
    return run.waiting === 0 ? toResult(run) : arrival(run).then(() => toResult(run))
  }
}

interface Run {
  /** What graphql-js knows of an execution, and resolvers are told. */
  readonly around: ExecutionContext
  /** The arguments of each field, the same for all objects of a list. */
  readonly arguments: Map<CompiledField, Record<string, unknown>>
  readonly errors: GraphQLError[]
  data: Holder | null
  /** How many promises are to be put in their places. */
  waiting: number
  done: () => void
}

/** Where a value goes: the path to it, as graphql-js has it, and the object or list that it is put into. */
interface Place extends Path {
  readonly prev: Place | undefined
  readonly holder: Holder
  readonly isNullable: boolean
}

function toResult({ errors, data }: Run): ExecutionResult {
  return errors.length === 0 ? { data } : { errors, data }
}

function arrival(run: Run): Promise<void> {
  return new Promise((resolve) => {
    run.done = resolve
  })
}

/** One after the other, each with all that is below it; none behind one that left no answer. */
async function executeSerially(run: Run, { fields }: Selection, source: unknown): Promise<ExecutionResult> {
  for (const field of fields) {
    if (run.data === null) break
    executeField(run, field, source, undefined, run.data)
    if (run.waiting > 0) await arrival(run)
  }
  return toResult(run)
}

function executeFields(
  run: Run,
  { fields }: Selection,
  source: unknown,
  prev: Place | undefined,
  holder: Holder,
): void {
  for (const field of fields) {
    if (field.definition.resolve === undefined && isObject(source)) executeProperty(run, field, source, prev, holder)
    else executeField(run, field, source, prev, holder)
  }
}

/** Most of an answer. A leaf among it needs no place of its own, unless it goes wrong. */
function executeProperty(
  run: Run,
  field: CompiledField,
  source: Record<string, unknown>,
  prev: Place | undefined,
  holder: Holder,
): void {
  const { key, definition, shape } = field
  try {
    const value = source[definition.name]
    if (typeof value === 'function') executeField(run, field, source, prev, holder)
    else if (shape.kind === 'leaf' && isReady(value)) holder[key] = toLeaf(shape.type, value)
    else put(run, field, shape, placeOf(field, prev, holder), value)
  } catch (error) {
    fail(run, field, placeOf(field, prev, holder), error)
  }
}

function executeField(run: Run, field: CompiledField, source: unknown, prev: Place | undefined, holder: Holder): void {
  const { definition, nodes, parentType, shape } = field
  const { around } = run
  const place = placeOf(field, prev, holder)
  try {
    const resolve = definition.resolve ?? around.fieldResolver
    // Most resolvers do not take what is known of the execution, and then it is not put together for them.
    const info = resolve.length < 4 ? undefined : buildResolveInfo(around, definition, nodes, parentType, place)
    put(run, field, shape, place, resolve(source, argumentsOf(run, field), around.contextValue, info as never))
  } catch (error) {
    fail(run, field, place, error)
  }
}

function placeOf({ key, parentType, shape }: CompiledField, prev: Place | undefined, holder: Holder): Place {
  return { prev, key, typename: parentType.name, holder, isNullable: shape.isNullable }
}

const noArguments = Object.freeze({})

function argumentsOf(run: Run, field: CompiledField): Record<string, unknown> {
  const { definition, nodes } = field
  if (definition.args.length === 0) return noArguments
  let values = run.arguments.get(field)
  if (values === undefined) {
    values = getArgumentValues(definition, nodes[0] as FieldNode, run.around.variableValues)
    run.arguments.set(field, values)
  }
  return values
}

/** Puts a value into its place, or what it promises once that is there. Throws what is to be the error of the place. */
function put(run: Run, field: CompiledField, shape: Shape, place: Place, value: unknown): void {
  if (isPromise(value)) {
    wait(run, field, shape, place, value)
  } else if (value instanceof Error) {
    throw value
  } else if (value == null) {
    if (!shape.isNullable) throw new Error(`Cannot return null for non-nullable field ${nameOf(field)}.`)
  } else if (shape.kind === 'leaf') {
    place.holder[place.key] = toLeaf(shape.type, value)
  } else if (shape.kind === 'list') {
    putItems(run, field, shape.item, place, value)
  } else {
    const selection = shape.selection()
    const holder = { ...selection.empty }
    place.holder[place.key] = holder
    executeFields(run, selection, value, place, holder)
  }
}

function wait(run: Run, field: CompiledField, shape: Shape, place: Place, promise: PromiseLike<unknown>): void {
  run.waiting += 1
  const refused = (error: unknown) => {
    fail(run, field, place, error)
    arrive(run)
  }
  promise.then((value) => {
    try {
      put(run, field, shape, place, value)
    } catch (error) {
      return refused(error)
    }
    arrive(run)
  }, refused)
}

function arrive(run: Run): void {
  run.waiting -= 1
  if (run.waiting === 0) run.done()
}

function putItems(run: Run, field: CompiledField, shape: Shape, prev: Place, list: unknown): void {
  if (!isObject(list) || !(Symbol.iterator in list)) {
    throw new GraphQLError(`Expected Iterable, but did not find one for field "${nameOf(field)}".`)
  }
  const items: unknown[] = []
  // A list's numbers are keys as an object's names are.
  const holder = items as unknown as Holder
  prev.holder[prev.key] = items
  for (const item of list as Iterable<unknown>) {
    const place: Place = { prev, key: items.length, typename: undefined, holder, isNullable: shape.isNullable }
    items.push(null)
    try {
      put(run, field, shape, place, item)
    } catch (error) {
      fail(run, field, place, error)
    }
  }
}

function toLeaf(type: GraphQLLeafType, value: unknown): unknown {
  const written = type.serialize(value)
  if (written == null) throw new Error(`${type} writes nothing for ${String(value)}.`)
  return written
}

/** Nulls the nearest place that may be null, unless that is no part of the answer any more. */
function fail(run: Run, { nodes }: CompiledField, place: Place, thrown: unknown): void {
  if (!isInAnswer(run, place)) return
  run.errors.push(locatedError(thrown, nodes, pathToArray(place)))
  let nulled: Place | undefined = place
  while (nulled !== undefined && !nulled.isNullable) nulled = nulled.prev
  if (nulled === undefined) run.data = null
  else nulled.holder[nulled.key] = null
}

function isInAnswer(run: Run, { prev, holder }: Place): boolean {
  return prev === undefined ? run.data === holder : prev.holder[prev.key] === holder && isInAnswer(run, prev)
}

const nameOf = ({ parentType, definition }: CompiledField) => `${parentType.name}.${definition.name}`

const isReady = (value: unknown) => value != null && !isPromise(value) && !(value instanceof Error)
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isPromise = (value: unknown): value is PromiseLike<unknown> => isObject(value) && typeof value.then === 'function'
