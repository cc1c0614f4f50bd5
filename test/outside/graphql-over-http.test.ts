import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { serverAudits } from 'graphql-http'
import { createTestApp, type TestApp } from '../support/app.js'

let app: TestApp

/** The audits know of no keys; and nothing is asked by GET here without the header that no page of elsewhere can send. */
const fetchWithKey: typeof fetch = (url, init) =>
  fetch(url, {
    ...init,
    headers: { ...(init?.headers as object), authorization: `Bearer ${app.adminKey}`, 'apollo-require-preflight': '1' },
  })

suite('the audits of graphql-http, by GraphQL over HTTP’s own words', () => {
  before(async () => {
    app = await createTestApp()
  })
  after(() => app.close())

  for (const audit of serverAudits({ url: () => `${app.url}/graphql`, fetchFn: fetchWithKey })) {
    test(`${audit.id} ${audit.name}`, async () => {
      const result = await audit.fn()
      // Neither an error, nor a warning, nor a notice.
      assert.equal(result.status, 'ok', 'reason' in result ? result.reason : '')
    })
  }
})
