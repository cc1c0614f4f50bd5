import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { startEmbeddedDatabase } from '../../src/database/embedded/start.js'
import { until } from '../support/app.js'
import { freePort } from '../support/free-port.js'
import { adminKey, type StartedServer, startServer } from '../support/server.js'
import { recountRollups, settleAccounts } from './accounts.js'
import { exported, graphql, others, reconciled } from './api-doors.js'
import { nothingTold } from './books.js'
import { type AnyDoor, type Driving, drive, inputsOf, notBegun, type Progress, sendUnit } from './drive.js'
import { frames } from './frames-door.js'
import { openHttpLane } from './http-lane.js'
import { messages } from './messages-door.js'
import * as postbacks from './postback-doors.js'
import { events, rawHttp } from './raw-http-door.js'
import { type Memory, readServerMemory } from './server-memory.js'
import * as visitors from './visitor-doors.js'
import { makeWorld } from './world.js'

/**
 * Sends a running server, on a real PostgreSQL, whatever it should not be sent, through every door it has; then asks
 * whether it has told the truth about all of it, and is as it was. The seed says what is sent: a failure is had again by
 * `--seed N --door NAME --unit M`, with other ids in it.
 */
const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '20000' },
    seed: { type: 'string' },
    door: { type: 'string' },
    unit: { type: 'string' },
  },
})
const inputs = Number(values.inputs)
const seed = values.seed === undefined ? Math.floor(Math.random() * 0x7fffffff) : Number(values.seed)
const unit = values.unit === undefined ? null : Number(values.unit)
const doors: readonly AnyDoor[] = [
  ...Object.values(visitors),
  ...Object.values(postbacks),
  ...[graphql, messages, frames, events, exported, reconciled, others, rawHttp],
].filter(({ name }) => values.door === undefined || name === values.door)

/** Caches have filled by then. */
const warmShare = 0.4
const maxHeapGrowth = 24 * 1024 * 1024
const maxResidentGrowth = 160 * 1024 * 1024

const say = (line: string) => void process.stdout.write(`${line}\n`)
const wrong: string[] = []

const folder = await mkdtemp(join(tmpdir(), 'pulseback-fuzz-'))
await chmod(folder, 0o755)
const database = await startEmbeddedDatabase({ dataDir: join(folder, 'database'), log: () => undefined })
const { host, user, password, port, database: name } = database.connection
const databaseUrl = `postgres://${user}:${password}@localhost/${name}?host=${encodeURIComponent(host)}&port=${port}`
const inspectorPort = await freePort()
const logged: string[] = []
let server: StartedServer | null = null
try {
  server = await startServer(join(folder, 'node'), {
    DATABASE_URL: databaseUrl,
    NODE_OPTIONS: `--enable-source-maps --max-semi-space-size=16 --inspect=127.0.0.1:${inspectorPort}`,
    LOG_LEVEL: 'error',
    DRAIN_SECONDS: '0',
  })
  await run(server)
} catch (error) {
  wrong.push(error instanceof Error ? (error.stack ?? error.message) : String(error))
} finally {
  await server?.stop('SIGKILL')
  await database.stop()
  await rm(folder, { recursive: true, force: true })
}
for (const one of wrong) say(`\nWRONG: ${one}`)
say(wrong.length === 0 ? 'All of it was answered for.' : `\nSeed ${seed}: ${wrong.length} wrong.`)
process.exit(wrong.length === 0 ? 0 : 1)

async function run(node: StartedServer): Promise<void> {
  node.child.stderr?.on('data', (chunk) => logged.push(String(chunk)))
  const ended = once(node.child, 'exit').then(([code, signal]) => `the server ended with ${code ?? signal}`)
  const world = await makeWorld(node, adminKey)
  const driving: Driving = { seed, world, told: nothingTold(world.clicks), failures: [] }
  const all = doors.map(notBegun)
  say(`seed ${seed}, ${inputs} inputs`)
  const startedMs = performance.now()
  if (unit !== null) await replay(driving, all, unit)
  const crash = await Promise.race([ended, unit === null ? sendAll(driving, all) : null])
  tell(all, (performance.now() - startedMs) / 1000)
  for (const failure of driving.failures) {
    wrong.push(
      `${failure.wrong}\nsent: ${JSON.stringify(failure.sent)}\nagain: npm run fuzz -- --seed ${seed} --door '${failure.door}' --unit ${failure.unit}`,
    )
  }
  if (crash !== null) wrong.push(`${crash}: ${logged.join('').slice(-4_000)}`)
  else await settle(node, driving)
}

async function sendAll(driving: Driving, all: readonly Progress[]): Promise<null> {
  const phase = (share: number) =>
    Promise.all(all.map((one) => drive(driving, one, share * inputsOf(one.door, inputs))))
  await phase(warmShare)
  const warm = await readServerMemory(inspectorPort)
  await phase(1)
  compareMemory(warm, await readServerMemory(inspectorPort))
  return null
}

async function replay(driving: Driving, [progress]: readonly Progress[], number: number): Promise<void> {
  if (progress === undefined) throw new Error('say which --door')
  const lane = openHttpLane(driving.world.url)
  await sendUnit(driving, progress, number, lane)
  lane.close()
}

function compareMemory(warm: Memory, end: Memory): void {
  const mib = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`
  say(
    `memory after collection, warmed up: heap ${mib(warm.heap)}, external ${mib(warm.external)}, resident ${mib(warm.resident)}`,
  )
  say(
    `                        at the end: heap ${mib(end.heap)}, external ${mib(end.external)}, resident ${mib(end.resident)}`,
  )
  const growth = end.heap + end.external - warm.heap - warm.external
  if (growth > maxHeapGrowth) wrong.push(`heap and buffers have grown by ${mib(growth)}`)
  if (end.resident - warm.resident > maxResidentGrowth)
    wrong.push(`the process has grown by ${mib(end.resident - warm.resident)}`)
}

/** What has to be so when nothing is under way any more. */
async function settle(node: StartedServer, { told }: Driving): Promise<void> {
  const get = async (path: string) => (await fetch(`${node.url}${path}`)).text()
  await until(async () => (await get('/readyz')) === '{"status":"ready"}', 'the server to be ready').catch((error) =>
    wrong.push(error.message),
  )
  await until(
    async () => /^pulseback_connections 0$/m.test(await get('/metrics')),
    'every connection to be gone',
  ).catch((error) => wrong.push(error.message))
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const account = await settleAccounts(
    async (sql, parameters) => (await client.query(sql, parameters as unknown[])).rows,
    told,
  )
  await client.end()
  for (const line of account.lines) say(line)
  wrong.push(...account.wrong)
  const { isRight, said } = await recountRollups(databaseUrl)
  say(`roll-ups: ${isRight ? 'as the raw rows say' : said}`)
  if (!isRight) wrong.push(`roll-ups differ from a recount: ${said}`)
  // At this level the log has errors of ours, and what Node says of a promise or an exception that nobody took.
  const lines = logged
    .join('')
    .split('\n')
    .filter((line) => line !== '' && !/^(Debugger|For help)/.test(line))
  const isSlow = (line: string) =>
    line.includes('Connection terminated') && line.includes('a batch could not be written')
  const unexpected = lines.filter((line) => !isSlow(line))
  if (lines.length > unexpected.length) {
    say(
      `batches that the database did not take within two seconds, and that were kept: ${lines.length - unexpected.length}`,
    )
  }
  if (unexpected.length > 0) wrong.push(`${unexpected.length} lines in the log:\n${unexpected.slice(0, 5).join('\n')}`)
}

function tell(all: readonly Progress[], seconds: number): void {
  const total = all.reduce((sum, { inputs: count }) => sum + count, 0)
  for (const { door, inputs: count, seconds: busy, answers, slowest } of all) {
    const told = [...answers]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([answer, times]) => `${answer} ×${times}`)
    say(
      `${door.name.padEnd(20)} ${String(count).padStart(8)} in ${busy.toFixed(0).padStart(3)} s, ${slowest.ms.toFixed(0).padStart(4)} ms at most (${slowest.unit})   ${told.join(', ')}`,
    )
  }
  say(`${total} inputs in ${seconds.toFixed(1)} s: ${Math.round(total / seconds)} a second`)
}
