import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Child, startChild } from '../support/child.js'
import type { Cleanup } from '../support/cleanup.js'
import { readCpuTime } from '../support/cpu-time.js'
import { median } from '../support/median.js'
import { startOnDatabase } from '../support/pulseback.js'
import type { Timing } from '../support/wrk-script.js'
import { createAsker, type Latency, type LatencyPace, type Request } from './ask-report.js'
import type { BareReport, BareSettings } from './bare-reports.js'
import { affiliateOf, allOf, checkBare } from './check-reports.js'
import { type DataServer, urlOf, withClient } from './data-server.js'
import type { DuckDb } from './duckdb.js'
import type { Data } from './make-data.js'
import { type Exported, measureCopy, measureExport } from './measure-export.js'
import { rawSql } from './raw-sql.js'
import { recordStatements } from './record-statements.js'
import { repeatRequest } from './repeat-request.js'
import type { ReportQuestion, ReportQuestions } from './report-questions.js'

export interface Paces {
  readonly rounds: number
  readonly connections: readonly number[]
  readonly load: Timing
  readonly latency: LatencyPace
  /** How often DuckDB is asked in a round. */
  readonly duckTimes: number
}

/** What was measured of one load in one round. */
export interface Load {
  readonly perSecond: number
  /** Some answers were missing, refused or cut short. */
  readonly failed: boolean
  /** Milliseconds of processor time a report; null where it cannot be told. */
  readonly nodeMs: number | null
  readonly postgresMs: number | null
}

export interface Loads {
  readonly question: ReportQuestion
  readonly connections: number
  readonly ours: Load[]
  readonly bare: Load[]
}

export interface Latencies {
  readonly question: ReportQuestion
  readonly large: Latency[]
  /** With fewer events. */
  readonly small: Latency[]
  readonly groupByMs: number[]
  readonly duckMs: number[]
}

export interface Measured {
  readonly loads: readonly Loads[]
  readonly latencies: readonly Latencies[]
  readonly exports: Exported[]
  readonly copyPerSecond: number[]
}

export interface Stage {
  readonly data: Data
  readonly server: DataServer
  readonly questions: ReportQuestions
  readonly duck: DuckDb
  readonly folder: string
  readonly cleanup: Cleanup
  readonly paces: Paces
  readonly say: (line: string) => void
}

const bareScript = new URL('./bare-reports.js', import.meta.url)

/** In turns, each time in processes of their own; all on one database server, which stays up. */
export async function measureReports(stage: Stage): Promise<Measured> {
  const { questions, paces, say, data } = stage
  const main = [questions.days, questions.traffic]
  const loads = main.flatMap((question) =>
    paces.connections.map((connections): Loads => ({ question, connections, ours: [], bare: [] })),
  )
  const latencies = allOf(questions).map(
    (question): Latencies => ({ question, large: [], small: [], groupByMs: [], duckMs: [] }),
  )
  const measured: Measured = { loads, latencies, exports: [], copyPerSecond: [] }
  const settingsFile = await writeBareSettings(stage, main)
  for (let round = 1; round <= paces.rounds; round += 1) {
    say(`round ${round} of ${paces.rounds}`)
    await measureLatencies(stage, latencies)
    await measureReferences(stage, latencies.slice(0, main.length))
    await measureLoads(stage, loads, settingsFile)
    const exported = await measureExport(data, stage.cleanup)
    if (exported === null) continue
    measured.exports.push(exported)
    measured.copyPerSecond.push(await measureCopy(data, exported.header))
  }
  return measured
}

async function measureLatencies({ data, cleanup, paces, say }: Stage, latencies: readonly Latencies[]) {
  for (const size of ['large', 'small'] as const) {
    const server = await startOnDatabase(urlOf(data[size].connection), cleanup)
    const asker = createAsker(server, affiliateOf(data))
    for (const { question, [size]: found } of latencies) {
      const latency = await asker.measure(await asker.prepare(question), paces.latency)
      found.push(latency)
      say(`  ${question.label}, ${size}: ${latency.refused ?? `${latency.ms.toFixed(1)} ms`}`)
    }
    await server.stop()
  }
}

async function measureReferences({ data, duck, paces, say }: Stage, latencies: readonly Latencies[]) {
  const { workspaceId } = data.ids
  for (const { question, groupByMs, duckMs } of latencies) {
    const sql = rawSql(question, 'PostgreSQL', workspaceId)
    const ms = await withClient(data.large.connection, async (client) => {
      const startMs = performance.now()
      await client.query(sql)
      return performance.now() - startMs
    })
    groupByMs.push(ms)
    const times: number[] = []
    for (let time = 1; time <= paces.duckTimes; time += 1) {
      times.push((await duck.query(rawSql(question, 'DuckDB', workspaceId))).ms)
    }
    duckMs.push(median(times))
    say(`  ${question.label}: GROUP BY ${ms.toFixed(0)} ms, DuckDB ${median(times).toFixed(0)} ms`)
  }
}

async function measureLoads(stage: Stage, loads: readonly Loads[], settingsFile: string) {
  const { data, cleanup, say } = stage
  const ours = await startOnDatabase(urlOf(data.large.connection), cleanup)
  const bare = await startChild(bareScript, { BENCH_REPORTS: settingsFile })
  cleanup.add(bare.stop)
  const asker = createAsker(ours, affiliateOf(data))
  const measure = async (server: Child, request: Request, bytes: number, connections: number) => {
    const load = await measureLoad(stage, server, request, bytes, connections)
    say(`    ${server === ours ? 'ours' : 'bare'} ${load.failed ? 'failed' : `${load.perSecond.toFixed(1)}/s`}`)
    return load
  }
  for (const one of loads) {
    const request = await asker.prepare(one.question)
    const bareRequest = { ...request, url: `${bare.url}/${nameOf(stage, one.question)}` }
    const bytes = await checkBare(asker, request, bareRequest)
    say(`  ${one.question.label}, ${one.connections} connections${bytes === null ? ': refused' : ''}`)
    if (bytes === null) continue
    one.ours.push(await measure(ours, request, bytes, one.connections))
    one.bare.push(await measure(bare, bareRequest, bytes, one.connections))
  }
  await ours.stop()
  await bare.stop()
}

async function measureLoad(
  { folder, paces, cleanup, server }: Stage,
  { pid }: Child,
  request: Request,
  bytes: number,
  connections: number,
): Promise<Load> {
  const cpuTime = () => readCpuTime(pid, server.postmasterPid)
  const scriptFile = join(folder, 'request.lua')
  const { perSecond, failed, requests, before, after } = await repeatRequest(
    request,
    bytes,
    connections,
    paces.load,
    scriptFile,
    cpuTime,
    cleanup.signal,
  )
  await server.settle()
  const ms = (of: 'node' | 'postgres') =>
    failed || before === null || after === null ? null : ((after[of] - before[of]) * 1e3) / requests
  return { perSecond, failed, nodeMs: ms('node'), postgresMs: ms('postgres') }
}

const nameOf = ({ questions }: Stage, question: ReportQuestion): string =>
  question === questions.days ? 'days' : 'traffic'

async function writeBareSettings(stage: Stage, questions: readonly ReportQuestion[]): Promise<string> {
  const { data, folder } = stage
  const reports: Record<string, BareReport> = {}
  for (const question of questions) {
    const { groupBy, isByDay, first } = question
    reports[nameOf(stage, question)] = { statements: await recordStatements(data, question), groupBy, isByDay, first }
  }
  const settings: BareSettings = { connection: data.large.connection, workspaceId: data.ids.workspaceId, reports }
  const file = join(folder, 'bare-reports.json')
  await writeFile(file, JSON.stringify(settings), { mode: 0o600 })
  return file
}
