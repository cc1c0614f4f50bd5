import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { createDirectClickRoute } from '../../src/intake/direct-click-route.js'
import { createPixelRoute } from '../../src/intake/pixel-route.js'
import { form } from './postback-server.js'
import { advertiser, createRecordingLedger, suffix, unavailable, workspaceId } from './recording-ledger.js'

/** The routes for browsers alone, before a ledger that writes down what it is given. */
async function start() {
  const ledger = createRecordingLedger()
  const lines: string[] = []
  const app = Fastify()
  await app.register(
    createPixelRoute({
      ledger,
      findAdvertiser: async (id) => (id === advertiser.id ? { workspaceId, advertiserId: id } : null),
      clock: () => 0,
      log: {
        warn: (details, message) => lines.push(`${message} ${JSON.stringify(details)}`),
        error: (_details, message) => lines.push(`error ${message}`),
      },
    }),
  )
  await app.register(createDirectClickRoute(() => Promise.reject(ledger.failure)))
  const query = `advertiser_id=adv_${suffix}&click_id=clk_${suffix}`
  return {
    ledger,
    lines,
    get: (url = `/pixel.gif?${query}`) => app.inject({ url }),
    post: (payload = query) => app.inject({ method: 'POST', url: '/pixel.gif', headers: form, payload }),
    click: () => app.inject({ method: 'POST', url: '/clicks', headers: form, payload: 'link=lnk' }),
  }
}

for (const [what, failure, status, line] of [
  ['is away', unavailable(), 503, /^pixel not kept/],
  ['fails as nobody expected', new Error('column "secret" does not exist'), 500, /^error pixel failed$/],
] as const) {
  test(`while the ledger ${what} a page has its picture, and a script is told that nothing was kept`, async () => {
    const { ledger, lines, get, post, click } = await start()
    ledger.failure = failure
    const picture = await get()
    assert.deepEqual([picture.statusCode, picture.headers['content-type']], [200, 'image/gif'])
    for (const answer of [await post(), await click()]) {
      assert.equal(answer.statusCode, status)
      assert.equal(answer.headers['retry-after'], status === 503 ? '1' : undefined)
      assert.doesNotMatch(answer.body, /column/)
    }
    assert.equal(lines.length, 2)
    for (const each of lines) assert.match(each, line)
  })
}

test('what names no advertiser is told of in the log, though not without end', async () => {
  const { lines, get, ledger } = await start()
  for (let index = 0; index < 30; index += 1) await get('/pixel.gif?advertiser_id=adv_1')
  assert.equal(lines.length, 20)
  assert.match(lines[0] ?? '', /^pixel without a valid advertiser_id/)
  assert.equal(ledger.kept.length, 0)
})
