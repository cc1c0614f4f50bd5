import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, suite, type TestContext, test } from 'node:test'
import { type GraphQLObjectType, getNamedType, isInputObjectType, isNonNullType } from 'graphql'
import { readConfig } from '../../src/config.js'
import { schema } from '../../src/schema.js'
import { createTestApp, type TestApp } from '../support/app.js'
import { createCatalogMaker } from '../support/catalog.js'
import { watchStatements } from '../support/statements.js'
import { byFragments, operationTable } from './operations-of-size.js'
import { type Ask, transports as names, openTransports, type Transports } from './transports.js'

/** Every resolver at the root of an operation, counted. */
let resolved = 0
function countResolvers(): void {
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values((root as GraphQLObjectType).getFields())) {
      const { resolve } = field
      if (resolve === undefined) continue
      field.resolve = (source, args, context, info) => {
        resolved += 1
        return resolve(source, args, context, info)
      }
    }
  }
}

/** Nothing of this was executed: no resolver was called, and nothing was read from the database. */
async function neverExecuted<Result>(t: TestContext, ask: () => Promise<Result>): Promise<Result> {
  const seen = watchStatements(t)
  resolved = 0
  const answer = await ask()
  assert.equal(resolved, 0, 'a resolver was called')
  const read = seen.filter(({ text }) => text.startsWith('begin isolation level repeatable read'))
  assert.deepEqual(read, [])
  t.mock.restoreAll()
  return answer
}

suite('an operation, over HTTP, event streams and WebSocket alike', { timeout: 240_000 }, () => {
  let usual: TestApp
  let small: TestApp
  let ways: Transports[] = []
  before(async () => {
    countResolvers()
    usual = await createTestApp()
    const env = Object.fromEntries(Object.values(operationTable).map(({ setting, set }) => [setting, String(set)]))
    small = await createTestApp({ env })
    ways = [await openTransports(usual), await openTransports(small)]
  })
  after(async () => {
    for (const way of ways) way.close()
    await usual?.close()
    await small?.close()
  })

  const ask = (app: number, name: (typeof names)[number]): Ask => ways[app]?.[name] as Ask // there are two, with these

  for (const { setting, set, just, over, code, ...limit } of Object.values(operationTable)) {
    for (const [index, most] of [limit.default, set].entries()) {
      test(`may be as large as ${setting}, ${most}, and is refused unexecuted beyond`, async (t) => {
        for (const name of names) {
          const passed = await ask(index, name)(just(most))
          assert.equal(passed.code, null, `${name}: ${passed.text.slice(0, 300)}`)
          const refused = await neverExecuted(t, () => ask(index, name)(over(most)))
          assert.equal(refused.code, code, name)
          if (code === 'TOO_COMPLEX') assert.match(refused.text, new RegExp(`\\b${most}\\b`), name)
        }
      })
    }
  }

  test('is measured with what its fragments bring, wherever they are spread', async (t) => {
    for (const name of names) {
      for (const [what, query] of Object.entries(byFragments)) {
        const refused = await neverExecuted(t, () => ask(0, name)(query))
        assert.equal(refused.code, 'TOO_COMPLEX', `${what} over ${name}: ${refused.text}`)
      }
    }
  })

  test('asks for pages of the size that the schema says, and of no larger', async () => {
    const advertiserId = await createCatalogMaker(usual).advertiser()
    let pages = 0
    for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
      for (const [size, asked] of pagesOf(field, { input: { advertiserId, orders: [] } })) {
        for (const name of names) {
          assert.equal((await ask(0, name)(...asked(size))).code, null, `${field.name} ${size}`)
          for (const wrong of [size + 1, 0, -1]) {
            assert.match((await ask(0, name)(...asked(wrong))).code ?? '', /BAD_USER_INPUT$/, `${field.name} ${wrong}`)
          }
        }
        pages += 1
      }
    }
    assert.ok(pages > 10, `${pages}`)
  })

  test('has each of its limits in one table, and each of these is documented', () => {
    const text = readFileSync(new URL('../../../docs/LIMITS.md', import.meta.url), 'utf8')
    for (const { setting, default: usually } of Object.values(operationTable)) {
      const shown = usually.toLocaleString('en')
      assert.ok(text.includes(`| \`${setting}\` | ${shown} |`), `docs/LIMITS.md has no line for ${setting}, ${shown}`)
    }
    assert.deepEqual(Object.keys(readConfig({}).operationLimits).sort(), Object.keys(operationTable).sort())
  })
})

/** Where a field takes `first`, itself or in its question: up to how many, and an operation that asks for so many. */
function* pagesOf(
  field: ReturnType<GraphQLObjectType['getFields']>[string],
  needed: object,
): Iterable<readonly [number, (first: number) => readonly [string, object]]> {
  for (const argument of field.args) {
    const type = getNamedType(argument.type)
    const inner = isInputObjectType(type) ? type.getFields().first : undefined
    const [, most] = /1 to ([\d,]+)/.exec((inner ?? argument).description ?? '') ?? []
    if (most === undefined || (inner === undefined && argument.name !== 'first')) continue
    const given = field.args.filter((one) => one === argument || isNonNullType(one.type))
    const head = given.map(({ name, type: of }) => `$${name}: ${of}`).join(', ')
    const query = `query (${head}) { ${field.name}(${given.map(({ name }) => `${name}: $${name}`).join(', ')}) { __typename } }`
    const asked = (first: number) => {
      const value = inner === undefined ? first : { range: 'TODAY', first }
      return [query, { ...needed, [argument.name]: value }] as const
    }
    yield [Number(most.replaceAll(',', '')), asked]
  }
}
