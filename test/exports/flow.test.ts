import assert from 'node:assert/strict'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { after, afterEach, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { until, within } from '../support/app.js'
import { makeWay } from '../support/drafts.js'
import { beforeSnapshots, watchExports } from './before-snapshots.js'
import { createExportWorld, type ExportWorld, readCsv } from './world.js'

/** Together so large that the buffers of the system between us cannot hold them. */
const conversions = 50_000
const long = `repeat('x', 255)`
const stallMs = 3_000
/** The system between us takes more only when a third of its buffers is free again; they may have grown to 30 MB. */
const slowBytesPerMs = 4_000
const all = 'conversions?format=ndjson'
/** At the least, since no page looks through more rows than the first. */
const wholePages = 25

suite('an export on its way', () => {
  let world: ExportWorld
  let idle: string
  const open: ClientRequest[] = []
  const sockets = new Map<number | undefined, Socket>()
  before(async () => {
    world = await createExportWorld({
      env: { SLOW_READER_SECONDS: String(stallMs / 1_000) },
      exportLimits: { maxPerKey: 2, maxPerWorkspace: 3, accessEveryMs: 50, maxPageRows: conversions / wholePages },
    })
    world.app.server.server.on('connection', (socket: Socket) => sockets.set(socket.remotePort, socket))
    const way = await makeWay(world.app, world.admin)
    idle = await world.key('ANALYST')
    await multiply(world, await world.order(way))
  })
  after(() => world.close())
  afterEach(async () => {
    for (const one of open.splice(0)) one.destroy()
    await until(async () => (await snapshots()).length === 0, 'the end of all snapshots')
  })

  /** An export of which the client takes nothing until it says so. */
  async function start(path: string, key = world.app.adminKey): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const headers = { authorization: `Bearer ${key}` }
    const asked = request(`${world.app.url}/export/${path}`, { agent: false, headers }, resolve)
    asked.on('error', reject)
    asked.end()
    open.push(asked)
    const response = await within(promise, `the head of ${path}`)
    response.on('error', () => undefined)
    return response
  }

  /** Starts one as soon as there is room: those of the test before may still be noticing that they are not wanted. */
  async function taken(path: string, key?: string): Promise<IncomingMessage> {
    let response = await start(path, key)
    await until(async () => {
      if (response.statusCode === 429) response = await start(path, key)
      return response.statusCode === 200
    }, 'room for one more')
    return response
  }

  /** How long each connection of the exports has been in a transaction. */
  const snapshots = () =>
    world.app.rows<{ ms: number; state: string }>(
      `select (extract(epoch from clock_timestamp() - xact_start) * 1000)::float8 as ms, state from pg_stat_activity
        where application_name = 'pulseback exports' and xact_start is not null and datname = current_database()`,
    )

  async function textOf(response: IncomingMessage): Promise<string> {
    let text = ''
    for await (const piece of response.setEncoding('utf8')) text += piece
    return text
  }

  test('is whole, however many pages it takes', async () => {
    const rows = readCsv(await textOf(await taken('conversions')))
    assert.equal(rows.length, conversions)
    assert.equal(new Set(rows.map(({ id }) => id)).size, conversions)
  })

  test('that nobody takes reads no further, holds no snapshot and little memory, and is cut off', async (context) => {
    const statements = watchExports(context)
    const heldBefore = process.memoryUsage().arrayBuffers
    const response = await taken(all)
    const copies = () => statements.filter((text) => text.startsWith('copy')).length
    const socket = sockets.get(response.socket.localPort)
    assert.ok(socket)
    const ages: number[] = []
    let heldMost = 0
    await until(
      async () => {
        ages.push(...(await snapshots()).map(({ ms }) => ms))
        heldMost = Math.max(heldMost, process.memoryUsage().arrayBuffers - heldBefore)
        return socket.destroyed
      },
      'being cut off',
      60_000,
    )
    // The first pages went into the buffers of the system between us.
    assert.ok(copies() <= wholePages / 2, `${copies()} pages`)
    assert.ok(
      ages.every((ms) => ms < 2_000),
      `a snapshot of ${Math.max(...ages)} ms`,
    )
    await until(async () => (await snapshots()).length === 0, 'the end of all snapshots')
    // All of it would be more than 90 MB.
    assert.ok(heldMost < 30 * 1024 * 1024, `${heldMost} bytes held`)
    assert.equal(response.complete, false)
  })

  /** Takes it slowly, for so long, and then the rest; never slower, also where timers are late. */
  async function takeSlowly(response: IncomingMessage, forMs = Number.POSITIVE_INFINITY): Promise<number> {
    const startedMs = performance.now()
    let bytes = 0
    for await (const piece of response) {
      bytes += (piece as Buffer).length
      const passedMs = performance.now() - startedMs
      if (passedMs < forMs) await sleep(Math.max(0, bytes / slowBytesPerMs - passedMs))
    }
    return bytes
  }

  test('that is taken slowly but steadily is not cut off', async () => {
    const response = await taken(all)
    const startedMs = performance.now()
    // For longer than it may stand still.
    const bytes = await takeSlowly(response, stallMs * 1.5)
    assert.ok(response.complete, `cut off after ${bytes} bytes`)
    assert.ok(performance.now() - startedMs > stallMs * 1.5)
  })

  test('whose client is gone reads nothing more, and gives its place back', async (context) => {
    const statements = watchExports(context)
    const copies = () => statements.filter((text) => text.includes('from conversion v')).length
    const both = [await taken(all, idle), await taken(all, idle)]
    for (const response of both) response.destroy()
    // Two are all that the key may have, and a place is only free when its export has come to its end.
    await taken(all, idle)
    await taken(all, idle)
    assert.ok(copies() < 50, `${copies()} statements, where all four would take two hundred`)
  })

  test('that has nothing to send notices too that its client is gone', async (context) => {
    let gone: IncomingMessage | null = null
    const statements = watchExports(context)
    beforeSnapshots(context, async (number) => {
      if (number !== 2) return
      await until(() => gone !== null, 'the head of the answer')
      const socket = sockets.get(gone?.socket.localPort)
      gone?.destroy()
      await until(() => socket?.destroyed === true, 'the end of the connection')
    })
    gone = await taken('conversions?transactionId=nobody')
    await until(async () => (await world.fetchExport('clicks', idle)).status === 200, 'another answer')
    const read = statements.filter((text) => text.startsWith('copy') && text.includes('nobody')).length
    assert.ok(read <= 3, `${read} pages of ${wholePages}`)
  })

  test('keeps its place, so that one more of the key, or of the workspace, has to wait', async () => {
    const refused = async (key?: string) => {
      const { status, headers, text } = await world.fetchExport('clicks', key)
      if (status === 200) return null
      assert.deepEqual([status, headers.get('retry-after')], [429, '5'])
      assert.match(text, /RATE_LIMITED/)
      return status
    }
    // Each as long as this takes: one that stood still would be cut off.
    const keep = async (key?: string) => {
      const response = await taken(all, key)
      takeSlowly(response).catch(() => undefined)
      return response
    }
    const [one] = [await keep(), await keep()]
    assert.equal(await refused(), 429)
    await until(async () => (await refused(idle)) === null, 'room for one of another key')
    await keep(idle)
    assert.equal(await refused(await world.key('ANALYST')), 429)
    assert.equal((await world.fetchExport('clicks', idle, {}, 'HEAD')).status, 429)
    one.destroy()
    await until(async () => (await refused(idle)) === null, 'room for one more')
  })

  test('ends when its key is revoked', async () => {
    const key = await world.key('ANALYST')
    const response = await taken(all, key)
    const query = '{ keys(first: 100) { nodes { id name } } }'
    const { keys } = await world.app.get<{ keys: { nodes: { id: string }[] } }>(world.app.adminKey, query)
    const revoke = 'mutation ($id: ID!) { revokeKey(id: $id) { id } }'
    await world.app.get(world.app.adminKey, revoke, { id: keys.nodes.at(-1)?.id })
    await assert.rejects(textOf(response))
    assert.equal(response.complete, false)
  })

  test('that breaks off is no whole answer', async (context) => {
    beforeSnapshots(context, async (number) => {
      if (number === 2) throw new Error('the database is away')
    })
    const response = await taken('conversions')
    await assert.rejects(textOf(response))
    assert.equal(response.complete, false)
  })

  test('that cannot begin says so', async (context) => {
    beforeSnapshots(context, async (number) => {
      if (number === 0) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    })
    const { status, headers } = await world.fetchExport('conversions')
    assert.deepEqual([status, headers.get('retry-after')], [503, '5'])
  })
})

/** Makes many of one conversion, each with its line in the ledger. */
async function multiply({ app }: ExportWorld, id: string): Promise<void> {
  const columns = async (table: string) => {
    const found = await app.rows<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 order by attnum`,
      [table],
    )
    return found.map(({ name }) => name)
  }
  const copy = async (table: string, by: string, changed: Record<string, string>) => {
    const names = await columns(table)
    await app.rows(
      `insert into ${table} (${names.join(', ')}) select ${names.map((name) => changed[name] ?? `t.${name}`).join(', ')}
         from ${table} t, generate_series(2, ${conversions}) n where t.${by} = $1`,
      [id],
    )
  }
  const nextId = `(left(t.ID::text, 24) || lpad(to_hex(n), 12, '0'))::uuid`
  await copy('conversion', 'id', {
    ...{
      id: nextId.replace('ID', 'id'),
      transaction_id: `'order-' || n`,
      creative: long,
      keyword: long,
      placement: long,
    },
  })
  await copy('conversion_change', 'conversion_id', {
    conversion_id: nextId.replace('ID', 'conversion_id'),
    position: 'n',
  })
  await app.rows(
    `update workspace_head set position = ${conversions}, revision = revision + 1 where workspace_id = $1`,
    [app.workspaceId],
  )
  await app.rows('analyze conversion, conversion_change')
}
