import assert from 'node:assert/strict'
import { request as httpRequest } from 'node:http'
import { after, before, suite, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import Fastify from 'fastify'
import { createAuthenticator } from '../../../src/access/authenticate.js'
import { readSecret } from '../../../src/access/secret.js'
import { createSessions } from '../../../src/access/sessions.js'
import { createSnapshots } from '../../../src/database/snapshot.js'
import { type ReconcileLimits, reconcileRoute } from '../../../src/reporting/reconcile/reconcile-route.js'
import { createTestApp, type TestApp, until, within } from '../../support/app.js'
import { type Counter, openCounter } from './world.js'

const month = { from: '2026-06-01T00:00:00Z', to: '2026-07-01T00:00:00Z' }

interface Refusal {
  readonly code: string
  readonly field: string | null
  readonly problems: readonly { line: number; column: string | null; message: string }[]
}

suite('POST /reconcile', () => {
  let app: TestApp
  let counter: Counter
  before(async () => {
    app = await createTestApp()
    counter = await openCounter(app)
    await counter.order('same', { amount: '10' })
    await counter.order('changed', { amount: '10' })
    await counter.postback({ txid: 'changed', amount: '12' })
    await counter.order('extra', { amount: '3' })
    await counter.order('lines', { line: '1' })
    await counter.order('lines', { line: '2' })
    await counter.postback({ click_id: `clk_${'0'.repeat(26)}`, txid: 'lost' })
  })
  after(() => app.close())

  const file =
    'Order ID;Amount;Status;Note\nsame;10.00;pending;a\nchanged;12;2;b\nlost;7;;\nlines;;;\nsame;1;;\nnever;;;'

  async function send(body: string | Buffer, more: Record<string, string> = {}, headers: Record<string, string> = {}) {
    const query = new URLSearchParams({ advertiserId: counter.advertiserId, ...more })
    return app.server.inject({
      ...{ method: 'POST', url: `/reconcile?${query}`, payload: body },
      headers: { authorization: `Bearer ${app.adminKey}`, 'content-type': 'text/csv', ...headers },
    })
  }
  async function refusal(...sent: Parameters<typeof send>): Promise<string> {
    const response = await send(...sent)
    const { code, field } = response.json<Refusal>()
    return [response.statusCode, code, field].filter((part) => part != null).join(' ')
  }
  const rowsOf = async (...sent: Parameters<typeof send>) => {
    const [body, more, headers] = sent
    const response = await send(body, more, { ...headers, accept: 'text/csv' })
    assert.equal(response.statusCode, 200, response.body)
    return parse(response.body, { columns: true }) as Record<string, string>[]
  }

  test("answers in the shape, and with the figures, of GraphQL's type", async () => {
    const answer = (await send(file, month)).json()
    const listed = '{ place transactionId line event amount currency status }'
    const conversion = '{ id status event transactionId line amount currency occurredAt campaign { id } }'
    const reason = '{ code text outcome receipt { id } }'
    const query = `query ($input: ReconcileInput!) { reconcile(input: $input) {
      asOf advertiser { id } counts { listed matched different ambiguous missing repeated extra }
      sums { currency listed booked missing extra } reasons { kind code count }
      missing { listed ${listed} reason ${reason} } extra ${conversion}
      different { listed ${listed} conversion ${conversion} differences { field theirs ours } reason ${reason} }
      ambiguous { listed ${listed} conversions ${conversion} } repeated { listed ${listed} first } truncated
    } }`
    const orders = [
      { transactionId: 'same', amount: '10.00', status: 'PENDING' },
      { transactionId: 'changed', amount: '12', status: 'PENDING' },
      { transactionId: 'lost', amount: '7' },
      ...[{ transactionId: 'lines' }, { transactionId: 'same', amount: '1' }, { transactionId: 'never' }],
    ]
    const input = { advertiserId: counter.advertiserId, ...month, orders }
    const { reconcile } = await app.get<{ reconcile: object }>(app.adminKey, query, { input })
    // In a list the first is 1; in a file, which has a header, it stands on line 2.
    const asInFile = JSON.parse(JSON.stringify(reconcile), (name, value) =>
      name === 'place' || name === 'first' ? value + 1 : value,
    )
    const { columns, ignoredColumns, ...rest } = answer
    assert.deepEqual(rest, asInFile)
    assert.deepEqual(rest.counts, {
      ...{ listed: 6, matched: 1, different: 1, ambiguous: 1, missing: 2, repeated: 1, extra: 1 },
    })
    assert.deepEqual(columns, { transactionId: 'Order ID', amount: 'Amount', status: 'Status' })
    assert.deepEqual(ignoredColumns, ['Note'])
  })

  test('answers with a row for each difference, where a table is wanted', async () => {
    const rows = await rowsOf(file, month)
    const told = rows.map(({ conversion, receipt, ...row }) => {
      assert.match(conversion ?? '', /^(cnv_\w{26})?$/)
      assert.match(receipt ?? '', /^(rcp_\w{26})?$/)
      return [...Object.values(row), conversion === '' ? '' : 'cnv', receipt === '' ? '' : 'rcp'].join('|')
    })
    assert.deepEqual(told, [
      'missing|lost|||amount|7||UNMATCHED CLICK_NOT_FOUND|4||rcp',
      'missing|never||||||NO_REQUEST|7||',
      'different|changed|||amount|12|10|CONFLICT AMOUNT_KEPT|3|cnv|rcp',
      'ambiguous|lines|1|sale|||||5|cnv|',
      'ambiguous|lines|2|sale|||||5|cnv|',
      'repeated|same|||place|6|2||6||',
      'extra|extra||sale|amount||3|||cnv|',
    ])
  })

  test('puts an apostrophe before what a spreadsheet would take for a formula', async () => {
    const hostile = ['=1+1', '+1', '-1+x', '@SUM(A1)', "=cmd|' /C calc'!A0", '"x"', 'a,b', 'two\nlines']
    const cells = hostile.map((cell) => `"${cell.replaceAll('"', '""')}";"=x";-1`)
    const rows = await rowsOf(`txid;line;amount\n${cells.join('\n')}`)
    assert.deepEqual(
      rows.map((row) => row.transaction_id),
      hostile.map((cell) => (/^[=+\-@]/.test(cell) ? `'${cell}` : cell)),
    )
    // An amount is a number, whatever it begins with.
    for (const row of rows) assert.deepEqual([row.line, row.theirs], ["'=x", '-1'])
  })

  test('refuses whoever may not ask', async () => {
    const as = (key: string) => ({ authorization: `Bearer ${key}` })
    assert.equal(await refusal(file, {}, { authorization: '' }), '401 UNAUTHENTICATED')
    assert.equal(await refusal(file, {}, as('nonsense')), '401 UNAUTHENTICATED')
    assert.equal(await refusal(file, {}, as(counter.keys.affiliate)), '403 FORBIDDEN')
    assert.equal(await refusal(file, {}, as(counter.keys.otherAdvertiser)), '404 NOT_FOUND advertiserId')
    assert.equal(await refusal(file, { advertiserId: `adv_${'0'.repeat(26)}` }), '404 NOT_FOUND advertiserId')
    for (const key of [counter.keys.analyst, counter.keys.advertiser]) {
      assert.equal((await send(file, {}, as(key))).statusCode, 200)
    }
    const own = await app.server.inject({
      ...{ method: 'POST', url: '/reconcile', payload: file },
      headers: { ...as(counter.keys.advertiser), 'content-type': 'text/csv' },
    })
    assert.equal(own.json().counts.listed, 6)
  })

  test('refuses parameters that it does not know or cannot read, by name', async () => {
    assert.equal(await refusal(file, { colour: 'red' }), '400 BAD_USER_INPUT colour')
    assert.equal(await refusal(file, { from: 'yesterday', to: month.to }), '400 BAD_USER_INPUT from')
    assert.equal(await refusal(file, { from: month.from }), '400 BAD_USER_INPUT to')
    assert.equal(await refusal(file, { tolerance: '-1' }), '400 BAD_USER_INPUT tolerance')
    assert.equal(await refusal(file, { tolerance: 'x' }), '400 BAD_USER_INPUT tolerance')
    assert.equal(await refusal(file, { first: '0' }), '400 BAD_USER_INPUT first')
    assert.equal(await refusal(file, { decimal: 'dot' }), '400 BAD_USER_INPUT decimal')
    assert.equal(await refusal(file, { event: '' }), '400 BAD_USER_INPUT event')
    assert.equal(await refusal(file, { campaignIds: 'cmp_x' }), '404 NOT_FOUND campaignIds')
    assert.equal(await refusal(file, {}, { 'content-type': 'application/json' }), '415 BAD_USER_INPUT')
    const twice = `/reconcile?advertiserId=${counter.advertiserId}&event=a&event=b`
    const headers = { authorization: `Bearer ${app.adminKey}`, 'content-type': 'text/csv' }
    const response = await app.server.inject({ method: 'POST', url: twice, payload: file, headers })
    assert.deepEqual([response.statusCode, response.json().field], [400, 'event'])
  })

  test('takes what the list is about from its parameters', async () => {
    const body = 'txid;amount\nsame;10,5'
    const { counts } = (await send(body, { decimal: 'comma', tolerance: '0.5', event: 'sale' })).json()
    assert.equal(counts.matched, 1)
    assert.equal((await send(body, { decimal: 'comma', tolerance: '0.4' })).json().counts.different, 1)
    assert.equal((await send('txid\na\nb\nc', { first: '2' })).json().missing.length, 2)
  })

  test('compares nothing of a list that has a bad row, and names each', async () => {
    const response = await send('txid;amount\nsame;x\nnever;1\nlost;1;2')
    assert.equal(response.statusCode, 400)
    const { code, problems, ...rest } = response.json()
    assert.deepEqual([code, Object.keys(rest).sort()], ['BAD_USER_INPUT', ['field', 'message']])
    assert.deepEqual(
      problems.map(({ line, column }: { line: number; column: string | null }) => [line, column]),
      [
        [2, 'amount'],
        [4, null],
      ],
    )
  })

  test('reads the charset that content-type names', async () => {
    const body = Buffer.from('txid\nBestellung-Ü', 'latin1')
    const type = { 'content-type': 'text/csv; charset="ISO-8859-1"' }
    const { missing } = (await send(body, {}, type)).json()
    assert.equal(missing[0].listed.transactionId, 'Bestellung-Ü')
    assert.equal(await refusal(body), '400 BAD_USER_INPUT')
  })

  suite('over a real connection', () => {
    let small: Awaited<ReturnType<typeof listen>>
    before(async () => {
      small = await listen({ maxBytes: 1_000_000, maxAtOnce: 1, requestMs: 60_000 })
    })
    after(() => small.close())

    /** The route alone, with limits that a test can reach. */
    async function listen(limits: Partial<ReconcileLimits>) {
      const secret = await readSecret(app.rows)
      const { rows, clock } = app
      const sessions = createSessions(secret, clock, rows)
      const server = Fastify({ forceCloseConnections: true })
      await server.register(reconcileRoute, {
        authenticator: createAuthenticator({ rows, sessions, clock, logError: () => undefined }),
        snapshots: createSnapshots(app.orm),
        cursors: { seal: () => 'place', open: () => assert.fail('nobody asks') },
        maskError: (error: unknown) => {
          const { code = 'INTERNAL', field, message } = error as { code?: string; field?: string; message: string }
          return { message, extensions: { code, field } }
        },
        limits,
      })
      const url = new URL(await server.listen({ port: 0, host: '127.0.0.1' }))
      /** Begins a request whose body is written by the caller. */
      function begin(key = app.adminKey) {
        const sent = httpRequest({
          ...{ host: url.hostname, port: url.port, method: 'POST' },
          path: `/reconcile?advertiserId=${counter.advertiserId}`,
          headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv' },
        })
        const answer = new Promise<{ status: number; body: string }>((resolve, reject) => {
          sent.on('error', reject)
          sent.on('response', (response) => {
            let body = ''
            response.setEncoding('utf8').on('data', (part) => {
              body += part
            })
            response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
          })
        })
        answer.catch(() => undefined)
        return { sent, answer: within(answer, 'an answer') }
      }
      return { begin, close: () => server.close() }
    }

    const untilThereIsRoom = () =>
      until(async () => {
        const next = small.begin()
        next.sent.end('txid\nsame')
        return (await next.answer).status === 200
      }, 'room for the next list')

    test('takes a list in pieces', async () => {
      const { sent, answer } = small.begin()
      for (const piece of ['tx', 'id;amo', 'unt\nsa', 'me;1', '0']) sent.write(piece)
      sent.end()
      const { status, body } = await answer
      assert.deepEqual([status, JSON.parse(body).counts.matched], [200, 1])
    })

    test('answers whoever may not ask before the list is sent, and whoever sends too much while it is', async () => {
      const stranger = small.begin('nonsense')
      stranger.sent.write('txid\n')
      assert.equal((await stranger.answer).status, 401)
      stranger.sent.destroy()
      const eager = small.begin()
      eager.sent.write(`txid\n${`${'a'.repeat(100)}\n`.repeat(12_000)}`)
      const { status, body } = await eager.answer
      assert.deepEqual([status, JSON.parse(body).code], [413, 'TOO_COMPLEX'])
      eager.sent.destroy()
    })

    test('compares so many lists at a time, and sends the next one away until there is room', async () => {
      const both = [small.begin(), small.begin()]
      for (const { sent } of both) sent.write('txid\n')
      // Whichever came second is sent away, while the first is still sending.
      const { status, body } = await Promise.race(both.map(({ answer }) => answer))
      assert.deepEqual([status, JSON.parse(body).code], [429, 'RATE_LIMITED'])
      for (const { sent } of both) sent.end('same')
      const statuses = await Promise.all(both.map(async ({ answer }) => (await answer).status))
      assert.deepEqual(statuses.sort(), [200, 429])
      await untilThereIsRoom()
    })

    test('gives up on whoever leaves in the middle, and on whoever takes too long', async () => {
      const leaving = small.begin()
      leaving.sent.write('txid\nsa')
      leaving.sent.destroy()
      await assert.rejects(leaving.answer)
      await untilThereIsRoom()

      const hasty = await listen({ requestMs: 30 })
      const slow = hasty.begin()
      slow.sent.write('txid\n')
      await assert.rejects(slow.answer, { code: 'ECONNRESET' })
      await hasty.close()
    })
  })
})
