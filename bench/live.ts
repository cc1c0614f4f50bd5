import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBooks } from './support/books.js'
import type { Cleanup } from './support/cleanup.js'
import type { Driven } from './support/driven-child.js'
import type { LiveCatalog } from './support/inject-changes.js'
import { installPeers } from './support/install-peers.js'
import { makeLiveCatalog } from './support/live-catalog.js'
import { byKeyword, createDelays } from './support/live-latency.js'
import { idleSockets, measureHolding } from './support/live-memory.js'
import { createRates } from './support/live-rates.js'
import * as report from './support/live-rows.js'
import * as servers from './support/live-servers.js'
import { describeMachine } from './support/machine.js'
import { hottest } from './support/profile.js'
import { createAsk, startPulseback } from './support/pulseback.js'
import { everything, tenths } from './support/questions.js'
import { formatTable, resultsFolder, writeResults } from './support/results.js'
import { runBench, say } from './support/run-bench.js'
import { makeTempFolder } from './support/temp-folder.js'
import { makeTraffic } from './support/traffic.js'

/**
 * What the live side can do, against what the same machine does, in the same run, without the work or with others'
 * software. Every subscriber's messages are counted, and some of them read, before any figure is printed.
 */
const full = {
  rounds: 5,
  pace: { warmUpMs: 2_000, measureMs: 3_000 },
  delay: { warmUpSeconds: 2, seconds: 6 },
}
const quick: typeof full = {
  rounds: 1,
  pace: { warmUpMs: 1_000, measureMs: 1_000 },
  delay: { warmUpSeconds: 1, seconds: 2 },
}
const changesTogether = 20
/** Of ten changes, one passes a tenth: every subscriber gets one message, as in a broadcast. */
const oneEach = 10
const allPerSecond = 100
const twentiethPerSecond = 1_000
const profilesFolder = join(resultsFolder, 'profiles')

interface Stage {
  readonly times: typeof full
  readonly folder: string
  readonly subscribers: Driven
  readonly cleanup: Cleanup
  readonly profiling: readonly string[]
}

/** How many deliveries a second; what is measured against what goes in turns. */
async function measureRates({ times, folder, subscribers, cleanup, profiling }: Stage) {
  const rounds = report.rateRounds()
  let catalog: LiveCatalog | null = null
  let message = ''
  for (let round = 1; round <= times.rounds; round += 1) {
    // In processes of their own each time: on a shared machine one process can be slower than the next, all its life.
    const ours = await servers.startOurs(join(folder, 'live'), cleanup, profiling)
    catalog ??= await makeLiveCatalog(createAsk(ours.url))
    const bare = await servers.startPeer('bare ws', cleanup)
    const graphqlWs = await servers.startPeer('graphql-ws', cleanup)
    const mercurius = await servers.startPeer('Mercurius', cleanup)
    const measure = createRates(subscribers, catalog, times.pace)
    const steps = [
      [rounds.one, ours, {}],
      [rounds.bare, bare, {}],
      [rounds.together, ours, { perCommit: changesTogether }],
      [rounds.filtered, ours, { questions: tenths(catalog.campaignIds), perCommit: oneEach }],
      [rounds.graphqlWs, graphqlWs, {}],
      [rounds.mercurius, mercurius, {}],
    ] as const
    for (const [rates, server, options] of steps) {
      const rate = await measure(server, { ...options, message })
      if (message === '') message = rate.example
      rates.push(rate)
      const kind = 'questions' in options ? 'filtered' : 'perCommit' in options ? 'together' : 'one at a time'
      say(`round ${round} of ${times.rounds}: ${server.name} (${kind}) ${Math.round(rate.perSecond)} deliveries/s`)
    }
    for (const server of [ours, bare, graphqlWs, mercurius]) await server.stop()
  }
  if (catalog === null) throw new Error('nothing was measured')
  return { rounds, catalog, message }
}

/** What idle subscriptions hold, each time in a server that has done nothing else. */
async function measureHoldings({ times, folder, subscribers, cleanup }: Stage, catalog: LiveCatalog, message: string) {
  const options = ['--expose-gc']
  const rounds: report.HoldingRounds = { ours: [], bare: [], graphqlWs: [] }
  for (let round = 1; round <= times.rounds; round += 1) {
    const steps = [
      [rounds.ours, () => servers.startOurs(join(folder, 'live'), cleanup, options)],
      [rounds.bare, () => servers.startPeer('bare ws', cleanup, options)],
      [rounds.graphqlWs, () => servers.startPeer('graphql-ws', cleanup, options)],
    ] as const
    for (const [holdings, start] of steps) {
      const server = await start()
      const holding = await measureHolding(server, subscribers, catalog, message)
      await server.stop()
      holdings.push(holding)
      say(
        `round ${round} of ${times.rounds}: ${server.name} holds ${Math.round(holding.bytesEach)} bytes a subscription`,
      )
    }
  }
  return rounds
}

/** From a real postback to the last of those who are told of it. */
async function measureDelays({ times, folder, subscribers, cleanup }: Stage) {
  const server = await startPulseback(join(folder, 'data'), cleanup)
  const books = await openBooks(server.database)
  cleanup.add(books.close)
  const machine = await describeMachine(books.version, folder)
  const traffic = await makeTraffic(server)
  const measure = createDelays(server, traffic, subscribers, folder, cleanup.signal)
  const rounds: report.DelayRounds = { all: [], twentieth: [] }
  let run = 0
  for (let round = 1; round <= times.rounds; round += 1) {
    const steps = [
      [rounds.all, { perSecond: allPerSecond, questions: [everything] }],
      [rounds.twentieth, { perSecond: twentiethPerSecond, questions: byKeyword }],
    ] as const
    for (const [delays, plan] of steps) {
      await books.settle()
      run += 1
      const delay = await measure({ ...plan, ...times.delay, run })
      delays.push(delay)
      say(
        `round ${round} of ${times.rounds}: at ${plan.perSecond}/s, p99 ${delay.sent.p99Ms.toFixed(1)} ms from sending`,
      )
    }
  }
  await books.close()
  await server.stop()
  return { rounds, machine }
}

async function bench(isQuick: boolean, isProfiled: boolean, cleanup: Cleanup): Promise<void> {
  await installPeers(['graphql-ws', 'mercurius', 'ws'], say)
  await servers.assertOpenFiles(idleSockets)
  const times = isQuick ? quick : full
  const folder = await makeTempFolder(cleanup)
  const profiling = isProfiled ? ['--cpu-prof', `--cpu-prof-dir=${profilesFolder}`] : []
  const stage: Stage = { times, folder, cleanup, profiling, subscribers: await servers.startSubscribers(cleanup) }

  const { rounds: delays, machine } = await measureDelays(stage)
  const { rounds: rates, catalog, message } = await measureRates(stage)
  const holdings = await measureHoldings(stage, catalog, message)

  const rows = [
    ...report.rateRows(rates),
    ...report.holdingRows(holdings),
    ...report.delayRows(delays, allPerSecond, twentiethPerSecond),
  ]
  const notes = [
    ...report.setNotes(times.rounds),
    ...report.rateNotes(rates),
    ...report.delayNotes(delays),
    ...(isProfiled ? ['While deliveries were counted ours was profiled, which makes it slower'] : []),
  ]
  process.stdout.write(`\n${[...machine, '', formatTable(rows), '', ...notes].join('\n')}\n\n`)
  say(`Written to ${await writeResults('live', machine, rows, notes)}`)
}

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, profile: { type: 'boolean' } } })
const isProfiled = values.profile ?? false
const succeeded = await runBench((cleanup) => bench(values.quick ?? false, isProfiled, cleanup))
if (succeeded && isProfiled) {
  say(`Where the server's own time went, by ${profilesFolder}:\n${(await hottest(profilesFolder, 40)).join('\n')}`)
}
