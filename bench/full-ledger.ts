import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openBooks } from './support/books.js'
import { countSent, createTally } from './support/check-books.js'
import type { Cleanup } from './support/cleanup.js'
import { fillLedger } from './support/fill-ledger.js'
import { describeMachine } from './support/machine.js'
import { median } from './support/median.js'
import { startPulseback } from './support/pulseback.js'
import { formatTable, type Row, writeResults } from './support/results.js'
import { runBench, say } from './support/run-bench.js'
import { makeTempFolder } from './support/temp-folder.js'
import { createOwnThroughput, type Sample } from './support/throughput.js'
import { makeTraffic } from './support/traffic.js'
import { assertWrk } from './support/wrk.js'

/**
 * What millions of conversions in the ledger do to the intake: the same load, in turns, on a server that has them and on
 * one that began empty. Ten million take some twenty minutes and 25 GB of disk.
 */
interface Plan {
  readonly conversions: number
  readonly rounds: number
  readonly seconds: number
}

const full: Plan = { conversions: 10_000_000, rounds: 3, seconds: 8 }
const quick: Plan = { conversions: 200_000, rounds: 1, seconds: 2 }
const connections = 128

async function openStage(folder: string, seconds: number, cleanup: Cleanup) {
  await mkdir(folder)
  const server = await startPulseback(join(folder, 'data'), cleanup)
  const books = await openBooks(server.database)
  cleanup.add(books.close)
  const tally = createTally()
  const traffic = await makeTraffic(server)
  const timing = { warmUpSeconds: 2, seconds }
  const own = await createOwnThroughput({ server, books, tally, traffic, folder, timing, signal: cleanup.signal })
  const samples: Sample[] = []
  return {
    server,
    version: books.version,
    samples,
    measure: async () => void samples.push(await own.postbacks(connections)),
    /** How many receipts there are that no request was answered with. */
    async strayReceipts(before: number) {
      const { receipts } = await books.count()
      return Object.values(receipts).reduce((sum, count) => sum + count, 0) - before - countSent(tally.postbacks)
    },
  }
}

async function bench({ conversions, rounds, seconds }: Plan, cleanup: Cleanup): Promise<void> {
  await assertWrk()
  const folder = await makeTempFolder(cleanup)
  const empty = await openStage(join(folder, 'empty'), seconds, cleanup)
  const filled = await openStage(join(folder, 'filled'), seconds, cleanup)
  const machine = await describeMachine(empty.version, folder)
  const named = conversions.toLocaleString('en-US')
  say(`booking ${named} conversions`)
  await fillLedger(filled.server.database, conversions, say)
  for (let round = 1; round <= rounds; round += 1) {
    const stages = Object.entries({ filled, empty })
    for (const [name, stage] of round % 2 === 0 ? stages.reverse() : stages) {
      await stage.measure()
      say(`round ${round} of ${rounds}: ${name} ${Math.round(stage.samples.at(-1)?.perSecond ?? 0)}/s`)
    }
  }
  const stray = [await filled.strayReceipts(conversions), await empty.strayReceipts(0)]
  if (stray.some((count) => count !== 0)) throw new Error(`receipts that nobody was given, so no figures: ${stray}`)

  const perSecond = ({ samples }: typeof empty) => median(samples.map((sample) => sample.perSecond))
  const whole = (value: number) => Math.round(value).toLocaleString('en-US')
  const row: Row = {
    name: `postbacks/s, ${connections} connections, ${named} conversions in the ledger`,
    ours: whole(perSecond(filled)),
    reference: `itself, empty ${whole(perSecond(empty))}`,
    ratio: (perSecond(filled) / perSecond(empty)).toFixed(3),
    goal: '≥ 0.85',
  }
  const cost = ({ samples }: typeof empty) =>
    (['nodeMicros', 'postgresMicros'] as const).map((of) =>
      median(samples.map((one) => one[of] ?? Number.NaN)).toFixed(0),
    )
  const notes = [
    `The load of the intake's benchmark, in turns, median of ${rounds}; the past is 60 days of orders with receipts, ` +
      'changes and roll-ups, which the server has folded before',
    `Processor time of a postback in Node and PostgreSQL: ${cost(filled).join(' and ')} µs; empty ${cost(empty).join(' and ')} µs`,
  ]
  process.stdout.write(`\n${[...machine, '', formatTable([row]), '', ...notes].join('\n')}\n\n`)
  say(`Written to ${await writeResults('intake with a full ledger', machine, [row], notes)}`)
}

const { values } = parseArgs({ options: { quick: { type: 'boolean' } } })
await runBench((cleanup) => bench(values.quick ? quick : full, cleanup))
