import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { createDirectClickRoute } from '../../src/intake/direct-click-route.js'
import { createIntakeLimits } from '../../src/intake/intake-limits.js'
import { createPixelRoute } from '../../src/intake/pixel-route.js'
import { form, unlimited } from './postback-server.js'
import { advertiser, createRecordingLedger, suffix, unavailable, workspaceId } from './recording-ledger.js'

/** The routes for browsers alone, before a ledger that writes down what it is given. */
async function start({ clicksPerAddress = 0 } = {}) {
  const ledger = createRecordingLedger()
  const lines: string[] = []
  const app = Fastify()
  const limited = {
    limits: createIntakeLimits({ ...unlimited, clicksPerAddress }, () => 0),
    clock: () => 0,
    log: {
      warn: (details: object, message: string) => lines.push(`${message} ${JSON.stringify(details)}`),
      error: (_details: object, message: string) => lines.push(`error ${message}`),
    },
  }
  const findAdvertiser = async (id: string) =>
    id === advertiser.id ? { workspaceId, advertiserId: advertiser.id } : null
  await app.register(createPixelRoute({ ...limited, ledger, findAdvertiser }))
  await app.register(createDirectClickRoute({ ...limited, keepClick: () => Promise.reject(ledger.failure) }))
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

test('who sends too much is told to wait, and a page has its picture all the same', async () => {
  const { ledger, get, post, click } = await start({ clicksPerAddress: 1 })
  for (let sent = 0; sent < 10; sent += 1) assert.equal((await post()).statusCode, 204)
  const refused = await post()
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '1'])
  assert.equal((await get()).statusCode, 200)
  assert.equal((await click()).statusCode, 429)
  assert.equal(ledger.kept.length, 10)
})
