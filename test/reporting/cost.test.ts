import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestApp, type TestApp } from '../support/app.js'

suite('what a report may cost', () => {
  let app: TestApp
  before(async () => {
    app = await createTestApp()
  })
  after(() => app.close())

  const day = { from: '2026-06-01T00:00:00Z', to: '2026-06-02T00:00:00Z' }
  const of = (selection: string) =>
    `query ($query: PerformanceInput!) { campaigns(first: 200) { nodes { performance(query: $query) { ${selection} } } } }`
  async function refusal(query: string, variables: object): Promise<string> {
    const { errors } = await app.post(app.adminKey, query, variables)
    const { code, field } = errors?.[0]?.extensions ?? {}
    return [code, field].join(' ')
  }

  test('rows are counted by the question, by variable or in place, and totals are none', async () => {
    const inPlace = '{ campaigns(first: 200) { nodes { performance(query: { range: TODAY }) { ...R } } } }'
    const fragment = ' fragment R on PerformanceReport { rows { bucket } }'
    assert.equal(await refusal(inPlace + fragment, {}), 'TOO_COMPLEX first')
    assert.equal(await refusal(of('rows { bucket }'), { query: day }), 'TOO_COMPLEX first')
    assert.equal(await refusal(of('rows { bucket }'), { query: { ...day, first: 9_000 } }), 'TOO_COMPLEX first')
    await app.get(app.adminKey, of('rows { bucket }'), { query: { ...day, first: 100 } })
    await app.get(app.adminKey, of('totals { clicks }'), { query: { ...day, first: 9_000 } })
  })

  test('filling in takes a bounded number of buckets', async () => {
    const ask = (interval: string, to: string) =>
      app.post(app.adminKey, 'query ($query: PerformanceInput!) { performance(query: $query) { truncated } }', {
        query: { from: day.from, to, interval, fill: true },
      })
    const refused = await ask('QUARTER_HOUR', '2026-12-01T00:00:00Z')
    assert.deepEqual(
      [refused.errors?.[0]?.extensions.code, refused.errors?.[0]?.extensions.field],
      ['TOO_COMPLEX', 'fill'],
    )
    assert.equal((await ask('DAY', '2026-12-01T00:00:00Z')).errors, undefined)
    assert.equal((await ask('QUARTER_HOUR', '2026-07-01T00:00:00Z')).errors, undefined)
  })
})
