import assert from 'node:assert/strict'
import { after, before, suite, type TestContext, test } from 'node:test'
import { dimensions } from '../../src/reporting/dimensions.js'
import { createTestApp, type TestApp } from '../support/app.js'
import { createCatalogMaker } from '../support/catalog.js'
import { watchStatements } from '../support/statements.js'

const query = `query ($query: PerformanceInput!) { performance(query: $query) { totals { clicks } rows { key } } }`
const day = { from: '2026-06-01T00:00:00Z', to: '2026-06-02T00:00:00Z' }
const many = Array.from({ length: 1_001 }, (_, index) => String(index))

/** What our own checks refuse: the field is named by `extensions.field`. */
const refused: Readonly<Record<string, readonly [field: string, asked: object]>> = {
  'no range at all': ['from', {}],
  'half a range': ['to', { from: day.from }],
  'two ranges': ['range', { ...day, range: 'TODAY' }],
  'a reversed range': ['to', { from: day.to, to: day.from }],
  'an empty range': ['to', { from: day.from, to: day.from }],
  'a range of more than 3,700 days': ['to', { from: '2015-01-01T00:00:00Z', to: day.to }],
  'five dimensions': ['groupBy', { ...day, groupBy: dimensions.slice(0, 5) }],
  'first 0': ['first', { ...day, first: 0 }],
  'first below 0': ['first', { ...day, first: -1 }],
  'first 10,001': ['first', { ...day, first: 10_001 }],
  'fill without interval': ['fill', { ...day, fill: true }],
  'an order by time without interval': ['orderBy', { ...day, orderBy: { by: 'BUCKET' } }],
  'a sub-id that there is not': ['subs', { ...day, filter: { subs: { sub11: 'a' } } }],
  'a sub-id that is no text': ['subs', { ...day, filter: { subs: { sub1: 1 } } }],
  'a sub-id with NUL': ['subs', { ...day, filter: { subs: { sub1: 'a\0' } } }],
  ...lists('over 1,000', many),
  ...lists('with NUL', ['a\0']),
  ...lists('with half a character', ['a\ud800']),
  'over 1,000 statuses': ['statuses', { ...day, filter: { statuses: many.map(() => 'PENDING') } }],
}

function lists(what: string, values: readonly string[]): Record<string, [string, object]> {
  const fields = [
    'campaignIds',
    'advertiserIds',
    'affiliateIds',
    'linkIds',
    'events',
    'sources',
    'creatives',
    'keywords',
  ]
  fields.push('placements', 'countries', 'regions', 'languages', 'devices', 'operatingSystems', 'browsers')
  return Object.fromEntries(
    fields.map((field) => [`${field} ${what}`, [field, { ...day, filter: { [field]: values } }]]),
  )
}

/** What is of no type of the schema's: the message names the field. */
const unreadable: Readonly<Record<string, readonly [field: string, asked: object]>> = {
  'a zone of no place': ['timeZone', { ...day, timeZone: 'Mars/Olympus' }],
  'an offset': ['timeZone', { ...day, timeZone: '+02:00' }],
  'an offset behind a name': ['timeZone', { ...day, timeZone: 'UTC+2' }],
  // To PostgreSQL, winter time all year round, and Israel's.
  'an abbreviation': ['timeZone', { ...day, timeZone: 'CET' }],
  'an abbreviation with two meanings': ['timeZone', { ...day, timeZone: 'ist' }],
  'SQL for a zone': ['timeZone', { ...day, timeZone: "UTC'; drop table click; --" }],
  'a dimension that there is not': ['groupBy', { ...day, groupBy: ['VISITOR'] }],
  'an interval that there is not': ['interval', { ...day, interval: 'YEAR' }],
  'a time without a zone': ['from', { ...day, from: '2026-06-01T00:00:00' }],
  'a day that there is not': ['to', { ...day, to: '2026-02-30T00:00:00Z' }],
  'a part of a row': ['first', { ...day, first: 1.5 }],
  'a filter that there is not': ['visitors', { ...day, filter: { visitors: ['1'] } }],
}

suite('a question that has no answer', () => {
  let app: TestApp
  const keys: Record<string, string> = {}
  before(async () => {
    app = await createTestApp()
    const make = createCatalogMaker(app)
    keys.ADMIN = app.adminKey
    keys.ADVERTISER = await make.key('ADVERTISER', { advertiserId: await make.advertiser() })
    keys.AFFILIATE = await make.key('AFFILIATE', { affiliateId: await make.affiliate() })
  })
  after(() => app.close())

  /** Its error, and whether any figure was read for it. */
  async function ask(context: TestContext, asked: object, key = app.adminKey) {
    const statements = watchStatements(context)
    const headers = { authorization: `Bearer ${key}` }
    const payload = { query, variables: { query: asked } }
    const { errors } = (await app.server.inject({ method: 'POST', url: '/graphql', headers, payload })).json()
    return {
      error: errors?.[0] as { message: string; extensions: { code: string; field?: string } } | undefined,
      // Not what upkeep looks at by itself.
      reads: statements.filter(
        ({ text, values }) => /click|conversion|rollup/.test(text) && values.includes(app.workspaceId),
      ),
    }
  }

  test('a good one is answered, and is seen to read', async (context) => {
    const { error, reads } = await ask(context, { ...day, groupBy: ['SOURCE'], orderBy: { by: 'REVENUE' } })
    assert.equal(error, undefined)
    assert.ok(reads.length > 0)
  })

  for (const [what, [field, asked]] of Object.entries(refused)) {
    test(`${what} is refused by its field, before anything is read`, async (context) => {
      const { error, reads } = await ask(context, asked)
      assert.deepEqual([error?.extensions.code, error?.extensions.field], ['BAD_USER_INPUT', field], error?.message)
      assert.deepEqual(reads, [])
    })
  }

  for (const [what, [field, asked]] of Object.entries(unreadable)) {
    test(`${what} is refused by name, before anything is read`, async (context) => {
      const { error, reads } = await ask(context, asked)
      assert.equal(error?.extensions.code, 'BAD_USER_INPUT', error?.message)
      assert.ok(error?.message.includes(field), error?.message)
      assert.deepEqual(reads, [])
    })
  }

  test('what stands in the document itself is refused with its place', async () => {
    const headers = { authorization: `Bearer ${app.adminKey}` }
    const payload = { query: '{ performance(query: {range: TODAY, timeZone: "Mars/Olympus"}) { asOf } }' }
    const { errors } = (await app.server.inject({ method: 'POST', url: '/graphql', headers, payload })).json()
    assert.equal(errors[0].extensions.code, 'BAD_USER_INPUT')
    assert.match(errors[0].message, /^TimeZone must be an IANA name/)
    assert.deepEqual(errors[0].locations, [{ line: 1, column: 47 }])
  })

  test('an order by hidden money is refused, before anything is read', async (context) => {
    for (const [role, by] of [
      ['AFFILIATE', 'REVENUE'],
      ['AFFILIATE', 'AVERAGE_ORDER_VALUE'],
      ['ADVERTISER', 'PROFIT'],
      ['ADVERTISER', 'RETURN_ON_AD_SPEND'],
    ] as const) {
      const { error, reads } = await ask(context, { ...day, orderBy: { by } }, keys[role])
      assert.deepEqual([error?.extensions.code, error?.extensions.field], ['BAD_USER_INPUT', 'orderBy'], by)
      assert.deepEqual(reads, [])
      context.mock.restoreAll()
    }
  })

  test('a zone that Node knows and the server does not is refused by its field', async (context) => {
    const { error } = await ask(context, { range: 'TODAY', timeZone: 'US/Pacific-New' })
    assert.deepEqual([error?.extensions.code, error?.extensions.field], ['BAD_USER_INPUT', 'timeZone'], error?.message)
  })
})
