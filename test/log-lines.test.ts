import assert from 'node:assert/strict'
import { suite, type TestContext, test } from 'node:test'
import { openShop } from './live/shop.js'
import { createTestApp, type TestApp } from './support/app.js'

interface Line {
  readonly level: number
  readonly msg: string
  readonly requestId?: string
  readonly receiptId?: string | null
  readonly receiptIds?: readonly string[]
  readonly outcome?: string | null
  readonly reason?: string | null
  readonly httpStatus?: number
}

const ownId = /^[\w-]{8}-[0-9a-z]+$/

suite('the log', { timeout: 240_000 }, () => {
  /** A program that logs, and what it has logged so far. */
  async function open(t: TestContext, env: Readonly<Record<string, string>> = {}) {
    const texts: string[] = []
    t.mock.method(process.stderr, 'write', (text: string) => {
      texts.push(text)
      return true
    })
    const app = await createTestApp({ env: { LOG_LEVEL: 'info', ...env } })
    t.after(() => app.close())
    const shop = await openShop(app)
    const token = await tokenOf(app)
    return {
      ...{ app, shop, token, texts },
      lines: (): Line[] =>
        texts
          .join('')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)),
      send: (fields: Record<string, string>, headers: Record<string, string> = {}) =>
        fetch(`${app.url}/postback?${new URLSearchParams({ token, ...fields })}`, { headers }),
    }
  }

  test('has a line for each postback, with its request’s id and its receipt’s, which the sender is told as well', async (t) => {
    const { send, lines } = await open(t)
    const sent = [
      await send({ txid: 'none' }),
      await send({ txid: 'x', amount: 'much' }),
      await send({ token: 'pbt_wrong' }),
    ]
    const told = lines().filter(({ msg }) => msg === 'postback')
    assert.equal(told.length, 3)
    for (const [index, response] of sent.entries()) {
      const { receipt, outcome } = (await response.json()) as { receipt: string | null; outcome: string }
      const line = told[index]
      assert.match(line?.requestId ?? '', ownId)
      assert.equal(line?.requestId, response.headers.get('x-request-id'))
      assert.deepEqual([line?.receiptId, line?.outcome, line?.httpStatus], [receipt, outcome, response.status])
    }
    assert.equal(told[0]?.receiptId?.slice(0, 4), 'rcp_')
    assert.equal(new Set(told.map(({ requestId }) => requestId)).size, 3)
  })

  test('tells the entries of a batch apart by their receipts, under one request’s id', async (t) => {
    const { app, token, lines } = await open(t)
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify([{ txid: 'a' }, { txid: 'b' }, { click_id: 'c' }])
    const response = await fetch(`${app.url}/postback/batch?token=${token}`, { method: 'POST', headers, body })
    const answers = (await response.json()) as { receipt: string }[]
    const told = lines().filter(({ msg }) => msg === 'postback')
    assert.deepEqual(
      told.map(({ receiptId }) => receiptId),
      answers.map(({ receipt }) => receipt),
    )
    assert.deepEqual(new Set(told.map(({ requestId }) => requestId)), new Set([response.headers.get('x-request-id')]))
  })

  test('has the ids of what was not kept, and of what the database could not take, too', async (t) => {
    const { app, send, lines } = await open(t)
    await app.rows(
      `create function refuse() returns trigger language plpgsql as
         $$ begin raise exception 'poison' using errcode = '22000'; end $$`,
    )
    await app.rows(
      `create trigger refuse before insert on receipt for each row
         when (new.transaction_id = 'poison') execute function refuse()`,
    )
    const poisoned = await send({ txid: 'poison', affiliate_id: 'a', campaign_id: 'cmp_01h455vb4pex5vsknk084sn02q' })
    assert.equal(poisoned.status, 500)
    const failed = lines().filter(({ level }) => level >= 50)
    assert.ok(failed.length >= 2, JSON.stringify(lines()))
    const requestId = poisoned.headers.get('x-request-id')
    for (const line of failed) {
      assert.equal(line.requestId, requestId, JSON.stringify(line))
      assert.match(line.receiptId ?? '', /^rcp_/, JSON.stringify(line))
    }
    assert.equal(new Set(failed.map(({ receiptId }) => receiptId)).size, 1)
  })

  test('takes a request’s name from a proxy that is believed, if it is plain, and from nobody else', async (t) => {
    const { send } = await open(t)
    const idOf = async (given: string, ask = send) =>
      (await ask({ txid: 'n' }, { 'x-request-id': given })).headers.get('x-request-id') ?? ''
    assert.match(await idOf('from-anyone'), ownId)
    const { send: behindProxy, lines } = await open(t, { TRUST_PROXY: '127.0.0.1' })
    assert.equal(await idOf('edge-7:1.2_a', behindProxy), 'edge-7:1.2_a')
    assert.equal(lines().findLast(({ msg }) => msg === 'postback')?.requestId, 'edge-7:1.2_a')
    for (const odd of ['a b', 'a"b', 'x'.repeat(129), 'é']) assert.match(await idOf(odd, behindProxy), ownId, odd)
  })

  test('has no secret in it, whatever is sent and whatever becomes of it', async (t) => {
    const { app, token, send, texts } = await open(t)
    const { secret } = (
      await app.get<{ made: { secret: string } }>(
        app.adminKey,
        'mutation { made: createKey(input: { name: "k", role: ANALYST }) { secret } }',
      )
    ).made
    await send({ txid: token, amount: token, click_id: secret, [secret]: token })
    await fetch(`${app.url}/postback`, { headers: { authorization: `Bearer ${token}` }, method: 'POST', body: token })
    await fetch(`${app.url}/graphql?query={viewer{role}}&key=${secret}`, {
      headers: { authorization: `Bearer ${secret}` },
    })
    await fetch(`${app.url}/nowhere?token=${token}`)
    await fetch(`${app.url}/session`, { method: 'POST', headers: { authorization: `Bearer ${secret}x` } })
    const text = texts.join('')
    assert.ok(text.includes('"msg":"postback"'))
    for (const hidden of [token, secret, app.adminKey]) assert.ok(!text.includes(hidden), text.slice(0, 2_000))
  })
})

async function tokenOf(app: TestApp): Promise<string> {
  type Data = { advertisers: { nodes: { name: string; postbackUrl: string }[] } }
  const { advertisers } = await app.get<Data>(app.adminKey, '{ advertisers { nodes { name postbackUrl } } }')
  const url = advertisers.nodes.find(({ name }) => name === 'Acme')?.postbackUrl ?? 'none:'
  return new URL(url).searchParams.get('token') ?? ''
}
