import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import {
  buildSchema,
  type ExecutionResult,
  execute as executeByGraphqlJs,
  type GraphQLFormattedError,
  getIntrospectionQuery,
  parse,
  validate,
} from 'graphql'
import { createExecute } from '../../src/graph/execute.js'
import { maskError } from '../../src/graph/mask-error.js'
import { schema as realSchema } from '../../src/schema.js'
import { conditions, type DrawnOperation, drawOperation } from './draw-operation.js'
import { type Behaviour, type DrawnContext, drawnSchema } from './drawn-resolvers.js'

/** On a busy machine fewer are drawn, and what was drawn is made smaller less thoroughly. */
const amount = { numRuns: 400, interruptAfterTimeLimit: 60_000 }
const schema = drawnSchema(realSchema)
const execute = createExecute(schema)

/** What a client gets and what the log is told, with everything in it that is left to chance taken out. */
interface Told {
  /** With the order of its fields. */
  readonly answer: string
  readonly errors: readonly GraphQLFormattedError[]
  readonly logged: readonly string[]
}

async function tell(executed: unknown): Promise<Told> {
  const { data, errors } = (await executed) as ExecutionResult
  const logged: string[] = []
  const masked = (errors ?? []).map((error) => {
    const { errorId, ...extensions } = { ...maskError(error, (cause) => logged.push(String(cause))).extensions }
    return { ...maskError(error, () => undefined), extensions }
  })
  return { answer: JSON.stringify({ data }), errors: masked, logged }
}

async function tellBoth({ query, operationName, variables }: DrawnOperation, behaviour: Behaviour) {
  const document = parse(query)
  const args = { document, operationName, variableValues: variables }
  const calls: Record<'ours' | 'theirs', string[]> = { ours: [], theirs: [] }
  const ours = await tell(execute({ ...args, contextValue: { behaviour, calls: calls.ours } }))
  const theirs = await tell(
    executeByGraphqlJs({ ...args, schema, contextValue: { behaviour, calls: calls.theirs } satisfies DrawnContext }),
  )
  return { ours, theirs, calls }
}

function isValid({ query }: DrawnOperation): boolean {
  return validate(schema, parse(query)).length === 0
}

/**
 * Whether each condition has a value. Where one has none, items of a list fail at once, and graphql-js leaves those that
 * are under way unheard, which ends a process.
 */
function isDecided({ variables }: DrawnOperation): boolean {
  return conditions.every((name) => variables[name] !== null)
}

/** The place that an error has nulled: where the answer ends on the way to it. */
function nulledPlace({ answer }: Told, { path = [] }: GraphQLFormattedError): string {
  let at = JSON.parse(answer).data
  let depth = 0
  while (at != null && depth < path.length) {
    at = at[path[depth] as never]
    depth += 1
  }
  return path.slice(0, depth).join('/')
}

/** Errors by the place that they have nulled, each by its path. */
function byPlace(told: Told): Map<string, Map<string, GraphQLFormattedError>> {
  const places = Map.groupBy(told.errors, (error) => nulledPlace(told, error))
  return new Map(
    [...places]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([place, errors]) => [place, new Map(errors.map((error) => [String(error.path), error]))]),
  )
}

suite('Executing an operation', () => {
  test('without promises, gives the answer of graphql-js, to the order of fields and errors', async () => {
    await fc.assert(
      fc.asyncProperty(fc.gen(), fc.nat(), fc.constantFrom(0, 5, 80), async (draw, seed, wrong) => {
        const operation = drawOperation(schema, { draw, integer: fc.integer })
        fc.pre(isValid(operation))
        const { ours, theirs } = await tellBoth(operation, { seed, wrong, isAsync: false })
        assert.deepEqual(ours, theirs)
      }),
      amount,
    )
  })

  test('with promises, gives the answer of graphql-js, with an error for each place that it gives one for', async () => {
    const seen = { errors: 0, others: 0 }
    await fc.assert(
      fc.asyncProperty(fc.gen(), fc.nat(), fc.constantFrom(0, 5, 80), async (draw, seed, wrong) => {
        const operation = drawOperation(schema, { draw, integer: fc.integer })
        fc.pre(isValid(operation) && isDecided(operation))
        const { ours, theirs, calls } = await tellBoth(operation, { seed, wrong, isAsync: true })
        assert.equal(ours.answer, theirs.answer)
        const [our, their] = [byPlace(ours), byPlace(theirs)]
        assert.deepEqual([...our.keys()], [...their.keys()])
        for (const [place, errors] of our) {
          for (const [path, error] of errors) {
            seen.errors += 1
            // Which of several errors that null one place are told depends on which of their promises was first.
            const same = their.get(place)?.get(path)
            if (same === undefined) seen.others += 1
            else assert.deepEqual(error, same)
          }
        }
        if (theirs.errors.length === 0) assert.deepEqual(calls.ours.toSorted(), calls.theirs.toSorted())
      }),
      amount,
    )
    assert.ok(seen.errors > 200 && seen.others < seen.errors / 20, JSON.stringify(seen))
  })

  test('answers all that can be asked of the schema itself', async () => {
    const query = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, oneOf: true })
    const operation = { query, operationName: undefined, variables: {} }
    const { ours, theirs } = await tellBoth(operation, { seed: 1, wrong: 0, isAsync: false })
    assert.deepEqual(ours, theirs)
    assert.deepEqual(ours.errors, [])
  })

  test('leaves out what each case of its conditions says, however many cases there are', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const fields = names.map((name) => `${name}: __typename @include(if: $${name})`)
    const document = parse(`query (${names.map((name) => `$${name}: Boolean!`)}) { ${fields.join(' ')} }`)
    const executeSmall = createExecute(buildSchema('type Query { n: Int }'))
    for (let round = 0; round < 2; round += 1) {
      for (let bits = 0; bits < 128; bits += 1) {
        const variableValues = Object.fromEntries(names.map((name, index) => [name, ((bits >> index) & 1) === 1]))
        const { data } = await executeSmall({ document, variableValues })
        assert.deepEqual(
          Object.keys(data ?? {}),
          names.filter((name) => variableValues[name]),
        )
      }
    }
  })

  test('of a document is read once, whatever its variables', async () => {
    const small = buildSchema('type Query { list(first: Int): [Item!] } type Item { n: Int, other: Item }')
    const executeSmall = createExecute(small)
    const document = parse('query ($first: Int) { list(first: $first) { n other { n } } }')
    const item = { n: 1, other: { n: 2 } }
    const rootValue = { list: ({ first }: { first: number }) => Array.from({ length: first }, () => item) }
    await executeSmall({ document, rootValue, variableValues: { first: 1 } })
    for (const type of ['Query', 'Item']) {
      small.getType(type)?.toConfig()
      Object.assign(small.getType(type) ?? {}, { getFields: () => assert.fail('read again') })
    }
    const { data } = await executeSmall({ document, rootValue, variableValues: { first: 3 } })
    assert.deepEqual(data, { list: [item, item, item] })
  })

  test('hears of every promise in a list, also behind an item that fails at once', async () => {
    const small = buildSchema('type Query { list: [Int!] }')
    const late = () => new Promise<never>((_, reject) => setImmediate(reject, new Error('late')))
    const list = [late(), null, late()]
    const { data, errors } = await createExecute(small)({ document: parse('{ list }'), rootValue: { list } })
    assert.deepEqual(data, { list: null })
    assert.deepEqual(
      errors?.map(({ path }) => path),
      [['list', 1]],
    )
  })

  test('that changes something does one thing after the other, and nothing behind what left no answer', async () => {
    const small = buildSchema(
      'type Query { n: Int } type Mutation { step(n: Int!): Done, must(n: Int!): Int! } type Done { n: Int }',
    )
    const done: string[] = []
    const later = () => new Promise((resolve) => setImmediate(resolve))
    const rootValue = {
      async step({ n }: { n: number }) {
        done.push(`begin ${n}`)
        await later()
        return {
          async n() {
            await later()
            done.push(`end ${n}`)
            return n
          },
        }
      },
      must({ n }: { n: number }) {
        done.push(`must ${n}`)
        return n < 5 ? Promise.resolve(n) : Promise.reject(new Error('no more'))
      },
    }
    const document = parse(
      'mutation { a: step(n: 1) { n } b: must(n: 2) c: step(n: 3) { n } d: must(n: 9) e: step(n: 4) { n } }',
    )
    const { data, errors } = await createExecute(small)({ document, rootValue })
    assert.equal(data, null)
    assert.deepEqual(
      errors?.map(({ path }) => path),
      [['d']],
    )
    assert.deepEqual(done, ['begin 1', 'end 1', 'must 2', 'begin 3', 'end 3', 'must 9'])
  })

  test('is not possible over a schema with types that depend on values, which is said at the start', () => {
    for (const type of ['interface Node { id: ID }', 'union Any = Query']) {
      assert.throws(() => createExecute(buildSchema(`type Query { n: Int } ${type}`)), /not executed here/)
    }
  })
})
