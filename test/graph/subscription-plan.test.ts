import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parse } from 'graphql'
import { createDocumentCache } from '../../src/graph/document-cache.js'
import { operationLimits } from '../../src/graph/limits.js'
import { createPrepareOperation } from '../../src/graph/prepare-operation.js'
import { type AskedSubscription, planSubscription } from '../../src/graph/subscription-plan.js'
import { schema } from '../../src/schema.js'

const prepare = createPrepareOperation({
  schema,
  introspection: false,
  limits: operationLimits,
  documents: createDocumentCache(),
})

/** As a subscription that the rules have passed. */
function plan(query: string, variables: Record<string, unknown> = {}, operationName?: string) {
  const operation = prepare({ query, variables, operationName })
  if (!('document' in operation)) throw new Error(`${query}: ${operation.map(({ message }) => message)}`)
  const planned = planSubscription(schema, operation)
  assert.ok(planned)
  const asked = planned.read(variables)
  assert.ok(!('errors' in asked), JSON.stringify(asked))
  // What is executed for each event must be a document like any other.
  const shown = prepare({ query: planned.shownText, variables: asked.shownVariables })
  assert.ok('document' in shown, planned.shownText)
  return { ...planned, asked }
}

/** What two subscriptions must have in common for events to be shown to both by one execution. */
const shownOf = ({ shownText, asked }: ReturnType<typeof plan>) => [shownText, asked.shownVariables]
/** And for them to be one question: the same events as well. */
const questionOf = (planned: ReturnType<typeof plan>) => [...shownOf(planned), planned.asked.argumentsText]

const plain = 'subscription { conversions { cursor conversion { id } } }'
const filtered =
  'subscription ($filter: ConversionFilter) { conversions(filter: $filter) { cursor conversion { id } } }'

suite('what of a subscription decides who gets which message', () => {
  test('whitespace, commas and comments decide nothing', () => {
    const written = [
      plain,
      'subscription{conversions{cursor conversion{id}}}',
      'subscription {\n  # each change\n  conversions {\n    cursor,,\n    conversion { id }\n  }\n}\n',
      '\uFEFFsubscription\t{ conversions { cursor conversion { id } } } # the end',
    ]
    for (const query of written) assert.deepEqual(questionOf(plan(query)), questionOf(plan(plain)), query)
  })

  test('where to begin is no part of the question, as text, as a variable or as its default', () => {
    const begins: [string, Record<string, unknown>, string | null][] = [
      ['subscription { conversions(after: "here") { cursor conversion { id } } }', {}, 'here'],
      ['subscription ($a: Cursor) { conversions(after: $a) { cursor conversion { id } } }', { a: 'there' }, 'there'],
      ['subscription ($a: Cursor) { conversions(after: $a) { cursor conversion { id } } }', { a: null }, null],
      ['subscription ($a: Cursor) { conversions(after: $a) { cursor conversion { id } } }', {}, null],
      ['subscription ($a: Cursor = "first") { conversions(after: $a) { cursor conversion { id } } }', {}, 'first'],
      ['subscription { conversions(after: null) { cursor conversion { id } } }', {}, null],
    ]
    for (const [query, variables, after] of begins) {
      const planned = plan(query, variables)
      assert.deepEqual(questionOf(planned), questionOf(plan(plain)), query)
      assert.equal(planned.asked.after, after, query)
      assert.ok(!('after' in planned.asked.arguments))
    }
  })

  test('filters make other questions of it, that are shown alike', () => {
    const mail = { sources: ['mail'] }
    const literal = plan('subscription { conversions(filter: {sources: ["mail"]}) { cursor conversion { id } } }')
    const variable = plan(filtered, { filter: mail })
    const inside = 'subscription ($s: [String!]) { conversions(filter: {sources: $s}) { cursor conversion { id } } }'
    const nested = plan(inside, { s: ['mail'] })
    for (const same of [variable, nested]) assert.deepEqual(questionOf(same), questionOf(literal))
    const others = [{}, { sources: [] }, { sources: ['mail', 'ads'] }, { events: ['mail'] }, { test: true }]
    const questions = [plan(plain), literal, ...others.map((filter) => plan(filtered, { filter }))]
    for (const one of questions) assert.deepEqual(shownOf(one), shownOf(plan(plain)))
    assert.equal(new Set(questions.map(({ asked }) => asked.argumentsText)).size, questions.length)
    assert.deepEqual(JSON.parse(JSON.stringify(literal.asked.arguments)), { filter: mail })
  })

  test('a list of one may be written without its brackets', () => {
    const [one, list] = [{ sources: 'mail' }, { sources: ['mail'] }].map((filter) => plan(filtered, { filter }))
    assert.ok(one && list)
    assert.deepEqual(questionOf(one), questionOf(list))
  })

  test('the root field is found in fragments, and its arguments are left out there', () => {
    const selection = '{ cursor conversion { id } }'
    const inline = plan(
      `subscription ($f: ConversionFilter, $a: Cursor) { ... { conversions(filter: $f, after: $a) ${selection} } }`,
      { f: { test: true }, a: 'here' },
    )
    const named = plan(
      `subscription ($f: ConversionFilter, $a: Cursor) { ...outer }
       fragment outer on Subscription { ...inner }
       fragment inner on Subscription { conversions(filter: $f, after: $a) ${selection} }`,
      { f: { test: true }, a: 'here' },
    )
    for (const { shownText, asked } of [inline, named]) {
      assert.deepEqual(JSON.parse(asked.argumentsText), { filter: { test: true } })
      assert.equal(asked.after, 'here')
      assert.doesNotMatch(shownText, /\$|filter|after/)
      assert.deepEqual(asked.shownVariables, {})
    }
    const other = plan(`subscription { ... { conversions(after: "there") ${selection} } }`)
    assert.deepEqual(shownOf(other), shownOf(inline))
  })

  test('a field that is left out for good is not the one that is followed', () => {
    const behind = [
      'receipts @skip(if: true) { id }',
      'receipts @include(if: false) { id }',
      '... @skip(if: true) { receipts { id } }',
      '...none @include(if: false)',
    ]
    for (const one of behind) {
      const fragment = one.startsWith('...none') ? 'fragment none on Subscription { receipts { id } }' : ''
      const { field, asked } = plan(`subscription { ${one} conversions(after: "here") { cursor } } ${fragment}`)
      assert.deepEqual([field.name, asked.after], ['conversions', 'here'], one)
    }
    const nothing = prepare({ query: 'subscription { conversions @skip(if: true) { cursor } }' })
    assert.ok('document' in nothing)
    assert.equal(planSubscription(schema, nothing), null)
    assert.equal(plan('subscription { conversions @skip(if: false) { cursor } }').field.name, 'conversions')
  })

  test('an alias stays, for it is what the subscriber is sent', () => {
    const aliased = 'subscription ($a: Cursor) { change: conversions(after: $a) { at: cursor } }'
    const [one, other] = ['here', 'there'].map((a) => plan(aliased, { a }))
    assert.ok(one && other)
    assert.deepEqual(questionOf(one), questionOf(other))
    assert.match(one.shownText, /change: conversions \{\s+at: cursor/)
    assert.notEqual(one.shownText, plan('subscription { conversions { at: cursor } }').shownText)
  })

  test('directives below the root stay, with the variables that they need', () => {
    const query = `subscription ($a: Cursor, $with: Boolean!) {
      conversions(after: $a) { cursor conversion @include(if: $with) { id } }
    }`
    const [on, alsoOn, off] = [
      plan(query, { a: 'here', with: true }),
      plan(query, { a: 'there', with: true }),
      plan(query, { a: 'here', with: false }),
    ]
    assert.deepEqual(questionOf(on), questionOf(alsoOn))
    assert.notDeepEqual(questionOf(on), questionOf(off))
    assert.deepEqual(on.asked.shownVariables, { with: true })
    assert.match(on.shownText, /^subscription \(\$with: Boolean!\)/)
  })

  test('a variable that only arguments left out have used is left out, also with its default', () => {
    const query = `subscription ($a: Cursor = "x", $s: [String!] = ["mail"], $f: Boolean) {
      conversions(after: $a, filter: {sources: $s, test: $f}) { cursor conversion { id } }
    }`
    const planned = plan(query, { f: true })
    assert.equal(planned.shownText, plan(plain).shownText)
    assert.deepEqual(planned.asked.shownVariables, {})
    assert.deepEqual(JSON.parse(planned.asked.argumentsText), { filter: { sources: ['mail'], test: true } })
  })

  test('a variable that is used in the filter and below stays, and what it says decides both', () => {
    const query = `subscription ($test: Boolean!, $a: Cursor) {
      conversions(after: $a, filter: {test: $test}) { cursor conversion @include(if: $test) { id } }
    }`
    const [yes, no] = [true, false].map((test) => plan(query, { test, a: 'here' }))
    assert.ok(yes && no)
    assert.deepEqual([yes.asked.shownVariables, no.asked.shownVariables], [{ test: true }, { test: false }])
    assert.equal(yes.shownText, no.shownText)
    assert.deepEqual(
      [yes, no].map(({ asked }) => JSON.parse(asked.argumentsText)),
      [{ filter: { test: true } }, { filter: { test: false } }],
    )
  })

  test('arguments below the root stay as they are', () => {
    const nested = (range: string) =>
      `subscription ($a: Cursor) {
        conversions(after: $a) { conversion { campaign { performance(query: {range: ${range}}) { asOf } } } }
      }`
    const [today, alsoToday, week] = [
      plan(nested('TODAY'), { a: 'here' }),
      plan(nested('TODAY'), { a: 'there' }),
      plan(nested('LAST_7_DAYS')),
    ]
    assert.deepEqual(questionOf(today), questionOf(alsoToday))
    assert.notEqual(today.shownText, week.shownText)
  })

  test('required arguments stay, with their variables; how often is left out, and is part of the question', () => {
    const query = `subscription ($q: PerformanceInput!, $ms: Int) {
      performance(query: $q, everyMs: $ms) { asOf }
    }`
    const today = { range: 'TODAY' }
    const [often, seldom] = [100, 5_000].map((ms) => plan(query, { q: today, ms }))
    assert.ok(often && seldom)
    assert.match(often.shownText, /performance\(query: \$q\)/)
    assert.doesNotMatch(often.shownText, /everyMs|\$ms/)
    assert.deepEqual(often.asked.shownVariables, { q: today })
    assert.deepEqual(shownOf(often), shownOf(seldom))
    assert.notDeepEqual(questionOf(often), questionOf(seldom))
    const standard = plan('subscription ($q: PerformanceInput!) { performance(query: $q) { asOf } }', { q: today })
    assert.deepEqual(questionOf(standard), questionOf(plan(query, { q: today, ms: 1_000 })))
  })

  test('of several operations only the one that is asked for counts', () => {
    const query = `query other { viewer { role } }
      subscription wanted ($a: Cursor) { conversions(after: $a) { cursor } }
      subscription unwanted { receipts { id } }`
    const { shownText, field } = plan(query, { a: 'here' }, 'wanted')
    assert.equal(field.name, 'conversions')
    assert.doesNotMatch(shownText, /other|receipts/)
  })

  test('what is asked for below the root tells apart', () => {
    const selections = ['cursor', 'cursor kind', 'kind cursor', 'cursor conversion { id }', 'cursor __typename']
    const texts = selections.map((fields) => plan(`subscription { conversions { ${fields} } }`).shownText)
    assert.equal(new Set(texts).size, selections.length)
  })

  test('variables of a wrong type are refused, and so is a wrong one in a list', () => {
    const operation = prepare({ query: filtered, variables: {} })
    assert.ok('document' in operation)
    const planned = planSubscription(schema, operation)
    assert.ok(planned)
    for (const filter of [{ sources: [1] }, { unheard: 1 }, { statuses: ['LOST'] }, 7]) {
      assert.ok('errors' in planned.read({ filter }), JSON.stringify(filter))
    }
    assert.ok(!('errors' in (planned.read({ filter: null }) as AskedSubscription)))
  })

  test('the document that was read is left as it is', () => {
    const query = filtered
    const operation = prepare({ query, variables: {} })
    assert.ok('document' in operation)
    const before = JSON.stringify(operation.document)
    planSubscription(schema, operation)
    assert.equal(JSON.stringify(operation.document), before)
    assert.equal(JSON.stringify(parse(query)), before)
  })
})
