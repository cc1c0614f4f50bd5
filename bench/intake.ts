import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBooks } from './support/books.js'
import { checkBooks, createTally } from './support/check-books.js'
import { startChild } from './support/child.js'
import type { Cleanup } from './support/cleanup.js'
import * as report from './support/intake-rows.js'
import { describeMachine } from './support/machine.js'
import { type OpenLoopPlan, type OpenLoopResult, runOpenLoop } from './support/open-loop.js'
import { hottest } from './support/profile.js'
import { type Pulseback, startPulseback } from './support/pulseback.js'
import { makeReferenceDatabase } from './support/reference-database.js'
import { formatTable, resultsFolder, writeResults } from './support/results.js'
import { runBench, say } from './support/run-bench.js'
import { makeTempFolder } from './support/temp-folder.js'
import { createThroughput, type Paces, type Throughput } from './support/throughput.js'
import { makeTraffic } from './support/traffic.js'
import { assertWrk } from './support/wrk.js'

/**
 * What the intake can take, against what the same machine does, in the same run, without the work or with the least of
 * it. What was answered is compared with what the books say before any figure is printed.
 */
const full: Paces = {
  rounds: 3,
  ours: { warmUpSeconds: 2, seconds: 8 },
  insert: { warmUpSeconds: 2, seconds: 6 },
  // It keeps nothing, so it is as fast after three seconds as after eight.
  bare: { warmUpSeconds: 1, seconds: 3 },
  openLoop: { warmUpSeconds: 1, seconds: 5 },
}
const quick: Paces = {
  rounds: 1,
  ours: { warmUpSeconds: 1, seconds: 2 },
  insert: { warmUpSeconds: 1, seconds: 2 },
  bare: { warmUpSeconds: 1, seconds: 2 },
  openLoop: { warmUpSeconds: 1, seconds: 2 },
}
const mainConnections = 128
const fewerConnections = 64
const moreConnections = 256
const clicksPerSecond = 3_000

const bareScript = new URL('./support/bare-server.js', import.meta.url)
const profilesFolder = join(resultsFolder, 'profiles')
const insertScript = new URL('./support/insert-server.js', import.meta.url)

/** Everything that is measured, running and with something to be asked about. */
async function prepare(paces: Paces, profile: boolean, cleanup: Cleanup) {
  await assertWrk()
  const folder = await makeTempFolder(cleanup)
  const { server, firstMs, secondMs } = await startOften(join(folder, 'data'), paces.rounds, profile, cleanup)
  const books = await openBooks(server.database)
  cleanup.add(books.close)
  const reference = await makeReferenceDatabase(server.database)
  const bare = await startChild(bareScript, {})
  cleanup.add(bare.stop)
  const insert = await startChild(insertScript, { BENCH_DATABASE: JSON.stringify(reference.connection) })
  cleanup.add(insert.stop)
  const machine = await describeMachine(books.version, folder)
  const tally = createTally()
  const traffic = await makeTraffic(server)
  tally.addClicks({ fresh: traffic.targets.length })
  const { signal } = cleanup
  return { folder, server, firstMs, secondMs, books, reference, bare, insert, machine, tally, traffic, paces, signal }
}

type Stage = Awaited<ReturnType<typeof prepare>>

async function bench(paces: Paces, profile: boolean, cleanup: Cleanup): Promise<void> {
  const stage = await prepare(paces, profile, cleanup)
  const throughput = await createThroughput(stage)
  const { fewer, postbacks, more, clicks } = await measureThroughput(throughput, paces.rounds)
  const postbacksPerSecond = Math.round(report.oursPerSecond(postbacks) / 2)
  const late = await measureLatency(stage, throughput, { postback: postbacksPerSecond, click: clicksPerSecond })

  say('checking the books')
  const { tally, books, server, reference, machine } = stage
  const problems = await checkBooks(tally, books, server, await reference.countRows())
  if (problems.length > 0) throw new Error(`The answers do not add up, so no figures:\n  ${problems.join('\n  ')}`)

  const rows = [
    ...report.throughputRows([fewer, postbacks, more], clicks),
    report.latencyRow('postbacks', postbacksPerSecond, late.postback, 50),
    report.latencyRow('clicks', clicksPerSecond, late.click, 20),
    report.startRow(stage.firstMs, stage.secondMs),
  ]
  const notes = [
    ...report.mixNotes(paces),
    report.costNote('postback', postbacks),
    report.costNote('click', clicks),
    report.lateNote([...late.postback, ...late.click]),
    ...(profile ? ['The server was profiled meanwhile, which makes it slower'] : []),
    `Checked: ${report.checkedNote(tally)}`,
  ]
  process.stdout.write(`\n${[...machine, '', formatTable(rows), '', ...notes].join('\n')}\n\n`)
  say(`Written to ${await writeResults('intake', machine, rows, notes)}`)
}

/** The first start makes the database; the ones after it find it there. The last server started stays. */
async function startOften(dataDir: string, again: number, profile: boolean, cleanup: Cleanup) {
  say('starting')
  const profiling = profile ? ['--cpu-prof', `--cpu-prof-dir=${profilesFolder}`] : []
  let server: Pulseback = await startPulseback(dataDir, cleanup)
  const firstMs = server.startedInMs
  const secondMs: number[] = []
  for (let start = 1; start <= again; start += 1) {
    await server.stop()
    server = await startPulseback(dataDir, cleanup, start === again ? profiling : [])
    secondMs.push(server.startedInMs)
  }
  return { server, firstMs, secondMs }
}

/** In turns, so that what else the machine is up to hits ours and the references alike. */
async function measureThroughput(throughput: Throughput, rounds: number) {
  const postbacks = report.series(mainConnections)
  const fewer = report.series(fewerConnections)
  const more = report.series(moreConnections)
  const clicks = report.series(mainConnections)
  for (let round = 1; round <= rounds; round += 1) {
    const tell = (what: string, figure: number) =>
      say(`round ${round} of ${rounds}: ${what} ${Math.round(figure).toLocaleString('en-US')}/s`)
    for (const one of [fewer, postbacks, more]) {
      const { connections } = one
      const ours = await throughput.postbacks(connections)
      one.ours.push(ours)
      tell(`postbacks at ${connections} connections`, ours.perSecond)
      one.bare.push(await throughput.barePostbacks(connections))
      tell('  bare Fastify', one.bare.at(-1) ?? 0)
      if (one !== postbacks) continue
      one.insert.push(await throughput.inserts(connections))
      tell('  one INSERT each', one.insert.at(-1) ?? 0)
    }
    const ours = await throughput.clicks(clicks.connections)
    clicks.ours.push(ours)
    tell(`clicks at ${clicks.connections} connections`, ours.perSecond)
    clicks.bare.push(await throughput.bareClicks(clicks.connections))
    tell('  bare Fastify', clicks.bare.at(-1) ?? 0)
  }
  return { fewer, postbacks, more, clicks }
}

async function measureLatency(
  { server, traffic, folder, paces, books, tally, signal }: Stage,
  throughput: Throughput,
  perSecond: Record<OpenLoopPlan['kind'], number>,
) {
  const results: Record<OpenLoopPlan['kind'], OpenLoopResult[]> = { postback: [], click: [] }
  for (let round = 1; round <= paces.rounds; round += 1) {
    for (const kind of ['postback', 'click'] as const) {
      const plan: OpenLoopPlan = {
        url: server.url,
        kind,
        perSecond: perSecond[kind],
        ...paces.openLoop,
        connections: mainConnections,
        targets: kind === 'click' ? traffic.linkPaths : traffic.targets,
        run: throughput.nextRun(),
      }
      const result = await runOpenLoop(plan, join(folder, 'open-loop.json'), signal)
      if (kind === 'click') tally.addClicks(result.sent)
      else tally.addPostbacks(result.sent)
      say(`round ${round} of ${paces.rounds}: ${kind}s at ${perSecond[kind]}/s, p99 ${result.p99Ms.toFixed(1)} ms`)
      results[kind].push(result)
      await books.settle()
    }
  }
  return results
}

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, profile: { type: 'boolean' } } })
const isProfiled = values.profile ?? false
const succeeded = await runBench((cleanup) => bench(values.quick ? quick : full, isProfiled, cleanup))
if (succeeded && isProfiled) {
  say(`Where the server's own time went, by ${profilesFolder}:\n${(await hottest(profilesFolder, 40)).join('\n')}`)
}
