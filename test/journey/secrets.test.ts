import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { sendAlone } from '../fuzz/http-lane.js'
import { sign } from '../intake/signed.js'
import { type OutageWorld, openOutageWorld } from '../spool/world.js'
import { opcodes, openRawSocket } from '../support/raw-socket.js'
import { adminKey } from '../support/server.js'
import { type Canary, createSearch, jsonEscaped, percentEncoded } from './canaries.js'
import { createSender } from './traffic.js'

const json = { 'content-type': 'application/json' }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
/** Of no form that is ours, so that only where it stands tells that it is a secret. */
const opaque = (name: string) => `canary${name}7q2x9w4k8v`
const secretsOfStart = { rates: opaque('Rates'), nats: opaque('Nats') }

/**
 * Secrets are let go at every door, in the right and in wrong places, plain and in disguise; none may be found again in
 * the log at its most talkative, in answers, in receipts, in the database or in the spool. Where a secret is shown, once
 * and to whom it belongs, is written out here: the answers of `createKey`, `rotateSigningKey` and `POST /session`, and
 * `postbackUrl`.
 */
suite('secrets', { timeout: 120_000 }, () => {
  let world: OutageWorld
  const canaries: Canary[] = [
    { what: 'ADMIN_KEY', text: adminKey },
    { what: "the password in CURRENCY_RATES' address", text: secretsOfStart.rates },
    { what: "the password in NATS_URL's address", text: secretsOfStart.nats },
  ]
  const search = createSearch(() => canaries)
  const note = (what: string, text: string): string => {
    canaries.push({ what, text })
    return text
  }
  before(async () => {
    world = await openOutageWorld({
      environment: {
        LOG_LEVEL: 'trace',
        CURRENCY_RATES: `https://us:${secretsOfStart.rates}@127.0.0.1:1/rates.xml`,
        NATS_URL: `nats://us:${secretsOfStart.nats}@127.0.0.1:1`,
      },
    })
    note("the database's password", String(world.connection.password))
  })
  after(() => world.close())

  /** Any request; its answer is looked through, head and body. */
  async function send(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<string> {
    const lines = [`${method} ${path} HTTP/1.1`, 'host: 127.0.0.1', 'connection: close']
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
    if (body !== '') lines.push(`content-length: ${Buffer.byteLength(body)}`)
    const { answers, rest } = await sendAlone(world.node.url, Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`))
    const text = `${answers.map(({ head, body }) => `${head}\n${body}`).join('\n')}${rest}`
    search.look(`the answer to ${method} ${path.slice(0, 40)}`, text)
    return text
  }
  const graphql = (key: string, query: string, variables: object = {}) =>
    send('POST', '/graphql', { ...json, authorization: `Bearer ${key}` }, JSON.stringify({ query, variables }))

  /** Every secret there is, by the answers that show them. */
  async function makeSecrets() {
    const { node, shop } = world
    type Made = { made: { secret: string; key: { id: string } } }
    const makeKey = async (role: string, owner: object = {}) => {
      const input = { name: role, role, ...owner }
      const query = 'mutation ($input: CreateKeyInput!) { made: createKey(input: $input) { secret key { id } } }'
      return note(`a key of role ${role}`, (await node.ask<Made>(query, { input })).made.secret)
    }
    type Viewed = { campaign: { advertiser: { id: string } } }
    const viewed = await node.ask<Viewed>('query ($id: ID!) { campaign(id: $id) { advertiser { id } } }', {
      id: shop.campaignId,
    })
    const advertiserId = viewed.campaign.advertiser.id
    const rotate = 'mutation ($id: ID!) { made: rotateSigningKey(id: $id) { secret } }'
    const { made } = await node.ask<Made>(rotate, { id: advertiserId })
    const headers = { ...json, authorization: `Bearer ${adminKey}` }
    const began = await fetch(`${node.url}/session`, { method: 'POST', headers, body: '{"ttlSeconds":600}' })
    const { token: session } = (await began.json()) as { token: string }
    return {
      advertiserId,
      token: note("an advertiser's token", shop.token),
      keys: [await makeKey('ANALYST'), await makeKey('ADVERTISER', { advertiserId })],
      signing: note('a signing secret', made.secret),
      session: note("a session's token", session),
      click: await world.click(),
    }
  }
  type Secrets = Awaited<ReturnType<typeof makeSecrets>>

  /** Everywhere a postback can carry something, right or wrong. */
  async function sendPostbacks({ token, keys, signing, advertiserId, session, click }: Secrets): Promise<void> {
    const wrong = note('a token of nobody', `pbt_${opaque('Wrong').toLowerCase()}`)
    const odd = note('a token of no form', opaque('Token'))
    const say = (name: string) => `click_id=${click}&txid=${name}&amount=1`
    const texts = [token, wrong, odd, ...keys, signing, session]
    for (const [index, secret] of texts.entries()) {
      const disguised = percentEncoded(secret)
      await send('GET', `/postback?token=${disguised}&${say(`q${index}`)}`)
      await send('GET', `/postback?${say(`h${index}`)}`, {
        authorization: `Bearer ${secret}`,
        cookie: `session=${odd}`,
      })
      await send('POST', '/postback', form, `token=${secret}&${say(`f${index}`)}`)
      await send(
        'POST',
        '/postback',
        json,
        `{"token":"${jsonEscaped(secret)}","txid":"j${index}","click_id":"${click}"}`,
      )
      await send('POST', '/postback', json, `{"token":"${secret}","txid":`)
      await send('POST', '/postback', { 'content-type': 'text/plain' }, `token=${secret}&txid=1`)
      await send('PUT', `/postback?token=${secret}`)
      await send('GET', `/pixel.gif?advertiser_id=${advertiserId}&token=${disguised}&txid=1`, {
        cookie: `pb_click=${click}; s=${secret}`,
      })
      await send('GET', `${world.shop.links[0]}?token=${secret}`, {
        cookie: `s=${secret}`,
        authorization: `Bearer ${secret}`,
      })
      await send('POST', '/clicks', json, `{"link":"x","token":"${secret}"}`)
      await send(
        'POST',
        `/postback/batch?token=${secret}`,
        json,
        `[{"token":"${token}","txid":"b"},{"token":"${secret}"}]`,
      )
      await send(
        'POST',
        '/postback/batch',
        { 'content-type': 'application/x-ndjson', authorization: `Bearer ${token}` },
        `{"token":"${secret}","txid":"n"}\n{"token":"${secret}`,
      )
    }
    // What is ours is known by its form, wherever it was pasted by a sender who is known.
    for (const secret of [token, wrong, ...keys, signing]) {
      const known = { authorization: `Bearer ${token}` }
      const named = `/postback?txid=${secret}&click_id=${click}&amount=1&note=${percentEncoded(secret)}`
      assert.match(await send('GET', named, known), /SECRET_SENT/)
      await send('GET', `/postback?click_id=${click}&${secret}=1&event=${secret}&amount=${secret}`, known)
      await send(
        'POST',
        '/postback',
        { ...json, ...known },
        `{"txid":"${jsonEscaped(secret)}","${secret}":{},"click_id":"${click}"}`,
      )
      await send('GET', `/postback?${say('keyed')}&line=${secret.slice(-4)}`, { ...known, 'idempotency-key': secret })
      await send('GET', `/postback?${say('returned')}&return=${secret}`, known)
    }
    const body = JSON.stringify({ click_id: click, txid: 'signed', amount: '1' })
    const signed = sign(signing, { id: 'msg_1', atMs: Date.now(), body })
    assert.match(
      await send('POST', `/postback?advertiser_id=${advertiserId}`, { ...json, ...signed }, body),
      /ACCEPTED|DUPLICATE|CONFLICT/,
    )
  }

  /** Everything else that is asked over HTTP. */
  async function sendElsewhere({ token, keys, signing, session }: Secrets): Promise<void> {
    const odd = note('what stands in an address before its host', opaque('Userinfo'))
    const basic = { authorization: `Basic ${Buffer.from(`us:${odd}`).toString('base64')}` }
    await send('GET', `http://us:${odd}@127.0.0.1/postback?token=${token}&txid=userinfo`)
    const paths = [
      '/healthz',
      '/readyz',
      '/metrics',
      '/schema.graphql',
      '/graphql',
      '/session',
      '/export/clicks',
      '/track.js',
      '/nothing',
    ]
    for (const secret of [token, ...keys, signing, session, odd]) {
      const headers = { authorization: `Bearer ${secret}x`, cookie: `session=${secret}`, 'x-api-key': secret }
      for (const path of paths) await send('GET', `${path}?token=${secret}&key=${secret}`, headers)
      for (const path of [
        `/postbak?token=${secret}`,
        `/postback/${secret}`,
        `/c/${secret}`,
        `/c/%zz${secret}`,
        `/${secret}`,
      ])
        await send('GET', path, basic)
      await send('POST', '/session', { ...json, ...headers }, `{"token":"${secret}","role":"${secret}"`)
      await send('POST', '/session', { ...json, authorization: `Bearer ${adminKey}` }, `{"role":"${secret}"}`)
      await send(
        'POST',
        `/reconcile?advertiserId=${secret}`,
        { 'content-type': 'text/csv', authorization: `Bearer ${adminKey}` },
        `${secret}\n1`,
      )
      // No HTTP at all.
      await send('GET', `/postback?token=${secret}\0`, headers)
      await send('GET', '/x', { ...headers, 'bad header': secret })
      await send(`${secret.slice(0, 8)}`, '/x', headers)
    }
  }

  /** Keys where GraphQL wants other things. */
  async function sendOperations({ token, keys, signing, session }: Secrets): Promise<void> {
    for (const secret of [token, ...keys, signing, session]) {
      await graphql(secret, '{ viewer { role } }')
      await graphql(`${secret}x`, '{ viewer { role } }')
      await graphql(adminKey, 'query ($after: Cursor) { changes(after: $after) { hasMore } }', {
        after: secret.slice(0, 150),
      })
      await graphql(adminKey, 'query ($first: Int) { keys(first: $first) { nodes { id } } }', { first: secret })
      await graphql(adminKey, 'query ($id: ID!) { campaign(id: $id) { id } }', { id: secret })
      await graphql(adminKey, `{ campaign(id: "${secret}") { ${secret.replaceAll(/\W/g, '')} } }`)
      await graphql(adminKey, `{ viewer { role `, { key: secret })
      const socket = await openRawSocket(world.node.url, {})
      socket.send({
        type: 'connection_init',
        payload: { authorization: `Bearer ${secret}x`, token: secret, password: secret },
      })
      await socket.closed.catch(() => 0)
      const inside = await openRawSocket(world.node.url, { key: adminKey })
      inside.send({
        id: secret.slice(0, 20),
        type: 'subscribe',
        payload: { query: `{ ${secret}`, variables: { secret } },
      })
      search.look('a message over a WebSocket', JSON.stringify(await inside.next()))
      inside.sendFrame(opcodes.text, Buffer.from(`{"type":"${secret}`))
      await inside.closed.catch(() => 0)
    }
  }

  async function lookEverywhere(): Promise<void> {
    search.look('the log', world.node.said())
    const fields = 'id url body reason story reasonCode field transactionId clickId idempotencyKey'
    const known = await world.node.ask<{ __type: { fields: { name: string }[] } }>(
      '{ __type(name: "Receipt") { fields { name } } }',
    )
    const there = known.__type.fields.map(({ name }) => name).filter((name) => fields.split(' ').includes(name))
    search.look('the receipts', await graphql(adminKey, `{ receipts(first: 500) { nodes { ${there.join(' ')} } } }`))
    search.look(
      'the conversions',
      await graphql(adminKey, '{ conversions(first: 500) { nodes { id transactionId event line } } }'),
    )
    const bearer = { authorization: `Bearer ${adminKey}` }
    for (const name of ['conversions', 'changes', 'clicks', 'performance?range=TODAY&groupBy=SOURCE'])
      await send('GET', `/export/${name}`, bearer)
    await send('GET', '/metrics')
    const tables = await world.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
        where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    )
    for (const { name } of tables) {
      const rows = await world.query<{ row: string }>(`select t::text as row from ${name} t`)
      search.look(`the table ${name}`, rows.map(({ row }) => row).join('\n'))
    }
    await lookInFiles(world.dataDir)
    search.look("the database's log", await readFile(join(world.folder, 'database', 'postgres.log')).catch(() => ''))
  }

  async function lookInFiles(folder: string): Promise<void> {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name)
      if (entry.isFile()) search.look(file.slice(folder.length), await readFile(file))
    }
  }

  test('let go at every door are found again nowhere', async () => {
    const secrets = await makeSecrets()
    await sendPostbacks(secrets)
    await sendElsewhere(secrets)
    await sendOperations(secrets)
    await lookEverywhere()

    // What is kept while the database is away lies in files.
    const { token, click, keys } = secrets
    const back = await world.freeze()
    const sender = createSender(world.node.url)
    const queued = await sender.postback({ token, click_id: click, txid: 'away', note: keys[0] ?? '' }, 0)
    assert.equal(queued.status, 202)
    await send(
      'POST',
      '/postback',
      { ...json, authorization: `Bearer ${token}` },
      `{"token":"${jsonEscaped(token)}","txid":"away2","click_id":"${click}"}`,
    )
    await lookInFiles(world.dataDir)
    await back()
    sender.close()
    await world.isBack()
    await lookEverywhere()
    const found = new Map(search.found.map((one) => [`${one.what} in ${one.where}`, one.around]))
    assert.deepEqual(Object.fromEntries(found), {})
  })

  test('a search that is shown a secret in any of its forms finds it', () => {
    const text = opaque('Shown')
    const forms = [text, percentEncoded(text), jsonEscaped(text), Buffer.from(`x${text}y`).toString('base64')]
    forms.push(
      Buffer.from(`xx${text}`).toString('base64url'),
      Buffer.from(text).toString('hex'),
      JSON.stringify(Buffer.from(text)),
    )
    for (const one of forms) {
      const probe = createSearch(() => [{ what: 'it', text }])
      probe.look('here', `before ${one} after`)
      assert.ok(probe.found.length > 0, one)
    }
  })
})
