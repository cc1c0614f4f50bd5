import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type GraphQLObjectType, isEnumType } from 'graphql'
import { schema } from '../../src/schema.js'
import { assertSame, createOnlookers, fieldsWithin, noteFields, type Onlooker, troubleIn } from './look.js'
import { createTwins, type Twins, unaware } from './twins.js'
import type { Asked } from './write-operation.js'

const queries = schema.getQueryType() as GraphQLObjectType // there is one

/** Fields that no answer here has a value for, and why. */
const neverSeen: Readonly<Record<string, string>> = {}

suite('whoever reads all that there is', { timeout: 120_000 }, () => {
  let twins: Twins
  let onlookers: readonly Onlooker[]
  const seen = new Set<string>()
  /** By question and viewer, what was answered. */
  const answers = new Map<string, string>()
  before(async () => {
    twins = await createTwins()
    onlookers = await createOnlookers(twins)
  })
  after(() => twins?.close())

  const fields = Object.values(queries.getFields())

  async function look(onlooker: Onlooker, question: string, asked: Asked): Promise<string[]> {
    const answer = await onlooker.ask(asked, true)
    const trouble = troubleIn(answer)
    if (trouble !== null) return [`${question} as ${onlooker.name}: ${trouble}`]
    answers.set(`${question} as ${onlooker.name}`, answer.text)
    noteFields(queries, JSON.parse(answer.text).data, seen)
    const leaks = twins.canaries.leaks(answer.text, onlooker, JSON.stringify(asked.variables))
    return leaks.map((leak) => `${question} tells ${onlooker.name} ${leak}`)
  }

  /** Each asks one after the other, all of them at once. */
  async function everyone(questionsOf: (onlooker: Onlooker) => Iterable<readonly [string, Asked]>): Promise<string[]> {
    const found = onlookers.map(async (onlooker) => {
      const problems: string[] = []
      for (const [question, asked] of questionsOf(onlooker)) problems.push(...(await look(onlooker, question, asked)))
      return problems
    })
    return (await Promise.all(found)).flat()
  }

  test('sees nothing of another workspace, and nothing that its role may not see', async () => {
    const problems = await everyone(({ writer }) =>
      fields.map((field) => [field.name, writer.all(queries, field)] as const),
    )
    assert.deepEqual(problems, [])
    assert.equal(answers.size, onlookers.length * fields.length)
  })

  test('sees no more by breaking figures down by whatever there is', async () => {
    const valuesOf = (name: string) => {
      const type = schema.getType(name)
      return isEnumType(type) ? type.getValues().map((value) => value.name) : []
    }
    const dimensions = valuesOf('Dimension')
    assert.ok(dimensions.length > 20)
    const query = `query ($query: PerformanceInput!) { performance(query: $query) {
      rows { key bucket metrics { clicks conversions revenue payout cost profit earningsPerClick } } totals { profit } } }`
    const problems = await everyone(() =>
      dimensions.flatMap((dimension) =>
        valuesOf('TimeBasis').map((basis) => {
          const question = { range: 'LAST_7_DAYS', groupBy: [dimension, 'CAMPAIGN'], basis }
          return [`figures by ${dimension} and ${basis}`, { query, variables: { query: question } }] as const
        }),
      ),
    )
    assert.deepEqual(problems, [])
  })

  test('is answered the same where only what it may not see is different', () => {
    const { canaries } = twins
    let compared = 0
    for (const eyes of unaware) {
      const [one, other] = onlookers.filter(({ role, index }) => role === eyes.role && index === eyes.index)
      for (const [question, text] of answers) {
        if (!question.endsWith(` as ${one?.name}`)) continue
        const twin = answers.get(question.replace(/ as .*/, ` as ${other?.name}`)) ?? ''
        assertSame(canaries.normalize(text), canaries.normalize(twin), question)
        compared += 1
      }
    }
    assert.ok(compared > 100, `${compared}`)
  })

  test('reaches every field that there is to read with a value in it, so that none is left out', () => {
    assert.deepEqual(
      fieldsWithin(queries).filter((field) => !seen.has(field)),
      Object.keys(neverSeen),
    )
  })
})
