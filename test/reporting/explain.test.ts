import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestApp, type TestApp, until } from '../support/app.js'

suite('a report that is asked where it was read', () => {
  let app: TestApp
  before(async () => {
    app = await createTestApp()
  })
  after(() => app.close())

  async function ask(groupBy: string[], more: object = {}): Promise<{ extensions?: { reports: unknown[] } }> {
    const response = await app.server.inject({
      method: 'POST',
      url: '/graphql',
      headers: { authorization: `Bearer ${app.adminKey}` },
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

  test('a request that nobody waits for any more leaves nothing running in the database', async () => {
    // A lock that reports wait for, and nobody else.
    const { Client } = (await import('pg')).default
    const holder = new Client(app.connection)
    await holder.connect()
    await holder.query('begin')
    await holder.query('lock table rollup_mark in access exclusive mode')
    try {
      const left = new AbortController()
      const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
      const isWaiting = async () => (await holder.query(waiting)).rowCount === 1
      const asked = fetch(`${app.url}/graphql`, {
        method: 'POST',
        headers: { authorization: `Bearer ${app.adminKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ query: '{ performance(query: { range: TODAY }) { truncated } }' }),
        signal: left.signal,
      })
      const settled = Promise.allSettled([asked])
      await until(isWaiting, 'a report that waits')
      const leftMs = Date.now()
      left.abort()
      await settled
      await until(async () => !(await isWaiting()), 'nobody waiting')
      // Far sooner than its time would have been up.
      assert.ok(Date.now() - leftMs < 1_500)
    } finally {
      await holder.query('rollback')
      await holder.end()
    }
  })
})
