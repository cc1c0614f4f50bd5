import { stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkReports } from './reports/check-reports.js'
import { startDataServer, withClient } from './reports/data-server.js'
import type { DataSpec } from './reports/draw-events.js'
import { startDuckDb } from './reports/duckdb.js'
import { type Data, type DataSizes, databaseNames, makeData } from './reports/make-data.js'
import { measureReports, type Paces } from './reports/measure-reports.js'
import { makeQuestions } from './reports/report-questions.js'
import { type Facts, reportNotes, reportRows } from './reports/report-rows.js'
import type { Cleanup } from './support/cleanup.js'
import { benchFolder, installPeers } from './support/install-peers.js'
import { describeMachine } from './support/machine.js'
import { formatTable, writeResults } from './support/results.js'
import { runBench, say } from './support/run-bench.js'
import { makeTempFolder } from './support/temp-folder.js'
import { assertWrk } from './support/wrk.js'

/**
 * What reports cost, against the least that a server can do for the same answer, and against asking the raw rows. The
 * rows are made once and kept under `bench/data/`. Every report is compared with the raw rows before any figure is printed.
 */
interface Plan {
  readonly folder: string
  readonly sizes: DataSizes
  readonly paces: Paces
  /** What the data takes on disk while it is made. */
  readonly gigabytes: number
}

const spec: DataSpec = { clicks: 10_000_000, conversionRate: 0.1, days: 120, seed: 7 }
const full: Plan = {
  folder: join(benchFolder, 'data', 'full'),
  sizes: { large: spec, small: { ...spec, clicks: 1_000_000 } },
  gigabytes: 40,
  paces: {
    rounds: 3,
    connections: [4, 16, 64],
    load: { warmUpSeconds: 2, seconds: 6 },
    latency: { warmUps: 5, times: 50, maxMs: 5_000 },
    duckTimes: 5,
  },
}
const quick: Plan = {
  folder: join(benchFolder, 'data', 'quick'),
  sizes: { large: { ...spec, clicks: 200_000 }, small: { ...spec, clicks: 20_000 } },
  gigabytes: 2,
  paces: {
    rounds: 1,
    connections: [16],
    load: { warmUpSeconds: 1, seconds: 2 },
    latency: { warmUps: 2, times: 10, maxMs: 2_000 },
    duckTimes: 3,
  },
}

async function bench({ folder, sizes, paces, gigabytes }: Plan, cleanup: Cleanup): Promise<void> {
  await assertWrk()
  await installPeers(['@duckdb/node-api'], say)
  await assertRoom(folder, gigabytes)
  const server = await startDataServer(folder, cleanup, say)
  const data = await makeData(server, folder, sizes, say)
  const duck = await startDuckDb(data, folder, cleanup, say)
  const questions = await makeQuestions(data)
  const facts: Facts = {
    bytes: await server.countBytes(databaseNames),
    duckBytes: (await stat(duck.file)).size,
    duckVersion: duck.version,
    combinations: await countCombinations(data),
  }
  const machine = await describeMachine(await readVersion(data), folder)

  say('comparing the reports with the raw rows')
  await checkReports(data, questions, duck, cleanup, say)
  const measured = await measureReports({
    data,
    server,
    questions,
    duck,
    folder: await makeTempFolder(cleanup),
    cleanup,
    paces,
    say,
  })

  const rows = reportRows(measured, data)
  const notes = reportNotes(measured, data, sizes, paces, facts)
  process.stdout.write(`\n${[...machine, '', formatTable(rows), '', ...notes].join('\n')}\n\n`)
  say(`Written to ${await writeResults('reports', machine, rows, notes)}`)
}

/** A disk that fills up half-way would cost an hour; what is there already needs little more. */
async function assertRoom(folder: string, gigabytes: number): Promise<void> {
  const isMade = await stat(join(folder, 'duckdb.json')).then(
    () => true,
    () => false,
  )
  const { bavail, bsize } = await statfs(benchFolder)
  const free = (bavail * bsize) / 1e9
  if (!isMade && free < gigabytes) throw new Error(`${folder} needs ${gigabytes} GB, and ${free.toFixed(0)} are free.`)
}

async function countCombinations({ large }: Data): Promise<string> {
  const { rows } = await withClient(large.connection, (client) =>
    client.query<{ all: string; traffic: string }>(
      `select count(distinct (link_id, source, creative, keyword)) as all, count(distinct (source, creative, keyword)) as traffic
         from conversion`,
    ),
  )
  return `${rows[0]?.all} combinations of link, source, creative and keyword, ${rows[0]?.traffic} without the link`
}

async function readVersion({ large }: Data): Promise<string> {
  const sql = `select current_setting('server_version') as version`
  const { rows } = await withClient(large.connection, (client) => client.query<{ version: string }>(sql))
  return rows[0]?.version ?? 'unknown'
}

const { values } = parseArgs({ options: { quick: { type: 'boolean' } } })
await runBench((cleanup) => bench(values.quick ? quick : full, cleanup))
