import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestApp, type TestApp, until } from '../support/app.js'
import { createCatalogMaker } from '../support/catalog.js'

suite('a report that is asked where it was read', () => {
  let app: TestApp
  before(async () => {
    app = await createTestApp({ env: { STATEMENT_SECONDS: '60' } })
  })
  after(() => app.close())

  async function ask(
    groupBy: string[],
    more: object = {},
    key = app.adminKey,
  ): Promise<{ extensions?: { reports: unknown[] } }> {
    const response = await app.server.inject({
      method: 'POST',
      url: '/graphql',
      headers: { authorization: `Bearer ${key}` },
      payload: {
        query: 'query ($query: PerformanceInput!) { performance(query: $query) { truncated } }',
        variables: { query: { from: '2026-05-01T00:00:00Z', to: '2026-06-01T00:00:00Z', groupBy } },
        ...more,
      },
    })
    return response.json()
  }

  test('says so in extensions, and otherwise not', async () => {
    assert.equal((await ask(['CAMPAIGN'])).extensions, undefined)
    const explain = { extensions: { explain: true } }
    const byRollup = await ask(['SOURCE'], explain)
    assert.deepEqual(byRollup.extensions?.reports, [
      {
        family: 'traffic',
        read: [
          { from: 'click_rollup_traffic', rows: 0 },
          { from: 'conversion_rollup_traffic', rows: 0 },
          { from: 'raw', rows: 0 },
        ],
        tail: { changes: 0, clicks: 0 },
      },
    ])
    const byRaw = await ask(['SOURCE', 'COUNTRY'], explain)
    assert.deepEqual(byRaw.extensions?.reports, [
      { family: null, read: [{ from: 'raw', rows: 0 }], tail: { changes: 0, clicks: 0 } },
    ])
  })

  test('does not tell an affiliate how much the whole workspace has to fold', async () => {
    const make = createCatalogMaker(app)
    const key = await make.key('AFFILIATE', { affiliateId: await make.affiliate() })
    const { extensions } = await ask(['SOURCE', 'COUNTRY'], { extensions: { explain: true } }, key)
    assert.deepEqual(extensions?.reports, [{ family: null, read: [{ from: 'raw', rows: 0 }], tail: null }])
  })

  test('a request that nobody waits for any more leaves nothing running in the database', async () => {
    // A lock that reports wait for.
    const { Client } = (await import('pg')).default
    const holder = new Client(app.connection)
    await holder.connect()
    await holder.query('begin')
    await holder.query('lock table rollup_mark in access exclusive mode')
    try {
      const left = new AbortController()
      // By their names: the upkeep has none, and now and then waits for it too.
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        and application_name like 'pulseback %'`
      const isWaiting = async () => (await app.rows(waiting)).length === 1
      const asked = fetch(`${app.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${app.adminKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ performance(query: { range: TODAY }) { truncated } }' }),
        signal: left.signal,
      })
      const settled = Promise.allSettled([asked])
      await until(isWaiting, 'a report that waits')
      left.abort()
      await settled
      // Far sooner than its time would have been up.
      await until(async () => !(await isWaiting()), 'nobody waiting')
    } finally {
      await holder.query('rollback')
      await holder.end()
    }
  })
})
