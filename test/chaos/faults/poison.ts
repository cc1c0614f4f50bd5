import { pick, type Random } from '../../../src/demo/random.js'
import { encodeId, newId } from '../../../src/kernel/ids.js'
import type { HttpReply } from '../../journey/traffic.js'
import type { Fault } from '../fault.js'

/** As they stand in a query, a form, or a JSON text. */
const values = [
  '%00',
  '%ed%a0%80',
  '1e309',
  '-1e309',
  'NaN',
  '-0',
  '%ff%fe',
  '0x10',
  '9'.repeat(400),
  encodeURIComponent('\u202e\u0007"\'<script>'),
  'x'.repeat(60_000),
]
const jsonValues = [
  '"\\u0000"',
  '"\\ud800"',
  '1e309',
  '[[[[[[[[]]]]]]]]',
  '{"__proto__":{"polluted":true}}',
  `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  `"${'x'.repeat(1_000_000)}"`,
  'null',
  '12345678901234567890123456789.5',
]
const fields = ['amount', 'currency', 'txid', 'status', 'event', 'timestamp', 'refund', 'line', 'note', 'click_id']

/** Among what customers send, what broken and hostile senders do. It may be refused, and nobody else may notice. */
export const poison: Fault = {
  name: 'poison',
  what: 'one request in twenty is poison: NUL, lone surrogates, 1e309, deep JSON, values of 1 MB',
  async run({ open, repeat, random }) {
    const world = await open()
    let sent = 0
    await repeat(400, async () => {
      await world.load.poison((name) => send(world.first.url, world.shop.token, name, random))
      sent += 1
      await world.traffic(19)
    })
    world.note('poison', sent)
    return world
  },
}

/** No order comes of it: its click is nobody's. */
async function send(url: string, token: string, name: string, random: Random): Promise<HttpReply> {
  const field = pick(random, fields)
  const start = { req: name, token, txid: `poison-${name}`, amount: '1', click_id: encodeId('clk', newId<'clk'>()) }
  const isJson = random() < 0.5
  const address = new URL('/postback', url)
  const request: RequestInit = { method: 'POST' }
  if (isJson) {
    request.headers = { 'content-type': 'application/json' }
    request.body = `${JSON.stringify(start).slice(0, -1)},"${field}":${pick(random, jsonValues)}}`
  } else {
    const text = `${new URLSearchParams(start)}&${field}=${pick(random, values)}`
    request.headers = { 'content-type': 'application/x-www-form-urlencoded' }
    request.body = text
  }
  const answer = await fetch(address, request)
  return { status: answer.status, location: '', body: await answer.text() }
}
