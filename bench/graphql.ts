import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import type { Scope } from '../src/access/scope.js'
import { openBooks } from './support/books.js'
import type { Child } from './support/child.js'
import type { Cleanup } from './support/cleanup.js'
import { readCpuTime } from './support/cpu-time.js'
import { type ListRate, type ListRounds, listNotes, listRounds, listRows, titles } from './support/graphql-rows.js'
import { type ListServerName, startListServer } from './support/graphql-servers.js'
import { installPeers } from './support/install-peers.js'
import { listLength, listQuery, type Reading } from './support/list.js'
import { describeMachine } from './support/machine.js'
import { hottest } from './support/profile.js'
import { adminKey, type Pulseback, startPulseback } from './support/pulseback.js'
import { formatTable, resultsFolder, writeResults } from './support/results.js'
import { runBench, say } from './support/run-bench.js'
import { makeTempFolder } from './support/temp-folder.js'
import { makeTraffic } from './support/traffic.js'
import { assertWrk, runWrk } from './support/wrk.js'
import { operationScript, type Timing } from './support/wrk-script.js'

/**
 * A list over GraphQL as a board asks for it, without any cache of answers, against Mercurius and against no GraphQL at
 * all, over the same rows by the same statements; and the same with the rows in memory, which leaves the engines.
 */
interface Plan {
  readonly rounds: number
  readonly timing: Timing
  readonly conversions: number
}
const full: Plan = { rounds: 5, timing: { warmUpSeconds: 3, seconds: 6 }, conversions: 5_000 }
const quick: Plan = { rounds: 1, timing: { warmUpSeconds: 1, seconds: 2 }, conversions: 500 }
const connections = 32
const postbacksAtOnce = 32
const profilesFolder = join(resultsFolder, 'profiles')

/** Who answers, and how it reads. */
const steps: readonly (readonly [keyof ListRounds, ListServerName | 'ours', Reading])[] = [
  ['ours', 'ours', 'one snapshot'],
  ['mercurius', 'Mercurius', 'one snapshot'],
  ['mercuriusApart', 'Mercurius', 'no transaction'],
  ['bare', 'bare Fastify', 'one snapshot'],
  ['oursInMemory', 'ours, rows in memory', 'memory'],
  ['mercuriusInMemory', 'Mercurius', 'memory'],
  ['bareInMemory', 'bare Fastify', 'memory'],
]

/** What a server says to the operation, as bytes. */
async function answerOf(url: string, key: string): Promise<{ status: number; text: string }> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query: listQuery }),
  })
  return { status: response.status, text: (await response.text()).trim() }
}

async function fillBooks(server: Pulseback, count: number): Promise<void> {
  const { targets } = await makeTraffic(server)
  let next = 0
  async function send(): Promise<void> {
    while (next < count) {
      const number = next++
      const target = targets[number % targets.length]
      const amount = (10 + (number % 9_000) / 100).toFixed(2)
      const { status } = await fetch(`${server.url}/postback?${target}&txid=order-${number}&amount=${amount}`)
      assert.equal(status, 200, 'a postback was not accepted')
    }
  }
  await Promise.all(Array.from({ length: postbacksAtOnce }, send))
}

async function readScope(server: Pulseback): Promise<Scope> {
  const client = new pg.Client(server.database)
  await client.connect()
  try {
    const { rows } = await client.query(
      `select workspace_id as "workspaceId", id as "keyId" from access_key where name = 'ADMIN_KEY' or role = 'ADMIN' order by id limit 1`,
    )
    return { ...rows[0], role: 'ADMIN', advertiserId: null, affiliateId: null }
  } finally {
    await client.end()
  }
}

async function bench(plan: Plan, isProfiled: boolean, cleanup: Cleanup): Promise<void> {
  await assertWrk()
  await installPeers(['mercurius'], say)
  const folder = await makeTempFolder(cleanup)
  const dataDir = join(folder, 'data')
  say('filling the books')
  let server = await startPulseback(dataDir, cleanup)
  await fillBooks(server, plan.conversions)
  const scope = await readScope(server)
  const books = await openBooks(server.database)
  await books.settle()
  const machine = await describeMachine(books.version, folder)
  await books.close()
  const expected = (await answerOf(server.url, adminKey)).text
  assert.equal(JSON.parse(expected).data.conversions.nodes.length, listLength)
  await server.stop()

  const bodyFile = join(folder, 'operation.json')
  const scriptFile = join(folder, 'operation.lua')
  await writeFile(bodyFile, JSON.stringify({ query: listQuery }))
  await writeFile(scriptFile, operationScript(bodyFile, adminKey, plan.timing))

  async function check(url: string, name: string): Promise<void> {
    assert.equal((await answerOf(url, adminKey)).text, expected, `${name} gives another answer`)
    assert.notEqual((await answerOf(url, `${adminKey}x`)).status, 200, `${name} lets anyone in`)
  }

  async function measure({ url, pid }: Child, postmasterPid: number, name: string): Promise<ListRate> {
    const { warmUpSeconds, seconds } = plan.timing
    const cpuTimeAfter = async (waitSeconds: number) => {
      await sleep(waitSeconds * 1000, undefined, { signal: cleanup.signal })
      return readCpuTime(pid, postmasterPid)
    }
    await check(url, name)
    const [{ measured }, before, after] = await Promise.all([
      runWrk(url, scriptFile, connections, plan.timing, cleanup.signal),
      cpuTimeAfter(warmUpSeconds),
      cpuTimeAfter(warmUpSeconds + seconds),
    ])
    await check(url, name)
    const micros = (of: 'node' | 'postgres') =>
      before === null || after === null ? null : ((after[of] - before[of]) * 1e6) / measured
    return { perSecond: measured / seconds, nodeMicros: micros('node'), postgresMicros: micros('postgres') }
  }

  for (let round = 1; round <= plan.rounds; round += 1) {
    const profiling = (name: string) =>
      isProfiled && round === plan.rounds ? ['--cpu-prof', `--cpu-prof-dir=${join(profilesFolder, name)}`] : []
    server = await startPulseback(dataDir, cleanup, profiling('ours'))
    const setting = { database: server.database, scope, key: adminKey }
    for (const [one, name, reading] of steps) {
      const child =
        name === 'ours' ? server : await startListServer(name, { ...setting, reading }, cleanup, profiling(one))
      const rate = await measure(child, server.postmasterPid, titles[one])
      listRounds[one].push(rate)
      say(`round ${round} of ${plan.rounds}: ${titles[one]} ${Math.round(rate.perSecond)} lists/s`)
      if (name !== 'ours') await child.stop()
    }
    await server.stop()
  }

  const rows = listRows(listRounds, connections)
  const notes = [
    ...listNotes(listRounds, plan.conversions, plan.rounds, plan.timing),
    ...(isProfiled ? ['The servers were profiled in the last round, which makes them slower'] : []),
  ]
  process.stdout.write(`\n${[...machine, '', formatTable(rows), '', ...notes].join('\n')}\n\n`)
  say(`Written to ${await writeResults('graphql', machine, rows, notes)}`)
}

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, profile: { type: 'boolean' } } })
const isProfiled = values.profile ?? false
const succeeded = await runBench((cleanup) => bench(values.quick ? quick : full, isProfiled, cleanup))
if (succeeded && isProfiled) {
  const lines = await hottest(join(profilesFolder, 'ours'), 40)
  say(`Where the server's own time went, by ${profilesFolder}:\n${lines.join('\n')}`)
}
