import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Backlog, Books } from './books.js'
import type { Tally } from './check-books.js'
import type { Child } from './child.js'
import { readCpuTime } from './cpu-time.js'
import type { Pulseback } from './pulseback.js'
import type { Traffic } from './traffic.js'
import { type Load, runWrk } from './wrk.js'
import { clickScript, postbackScript, type Timing } from './wrk-script.js'

export interface Paces {
  readonly rounds: number
  readonly ours: Timing
  readonly insert: Timing
  readonly bare: Timing
  readonly openLoop: Timing
}

/** One measurement of ours, with what it took. */
export interface Sample {
  readonly perSecond: number
  /** Microseconds of processor time a request; null where it cannot be told. */
  readonly nodeMicros: number | null
  readonly postgresMicros: number | null
  readonly backlog: Backlog
}

/** What is loaded, from where, with what. */
export interface OwnDeps {
  readonly server: Pulseback
  readonly books: Books
  readonly tally: Tally
  readonly traffic: Traffic
  readonly folder: string
  readonly timing: Timing
  readonly signal: AbortSignal
}

export interface OwnThroughput {
  postbacks(connections: number): Promise<Sample>
  clicks(connections: number): Promise<Sample>
  load: LoadServer
  /** A number that no load has had. */
  nextRun(): number
}

type LoadServer = (kind: 'postback' | 'click', url: string, connections: number, timing: Timing) => Promise<Load>

/** Closed-loop loads against ours, each after a warm-up of its own. */
export async function createOwnThroughput(deps: OwnDeps): Promise<OwnThroughput> {
  const { server, books, tally, traffic, folder, timing, signal } = deps
  const targetsFile = join(folder, 'targets.txt')
  const linksFile = join(folder, 'links.txt')
  await writeFile(targetsFile, traffic.targets.join('\n'))
  await writeFile(linksFile, traffic.linkPaths.join('\n'))
  let runs = 0
  const nextRun = () => ++runs

  const load: LoadServer = async (kind, url, connections, during) => {
    const run = nextRun()
    const script =
      kind === 'click'
        ? clickScript(linksFile, run, during)
        : postbackScript(targetsFile, traffic.targets[0] ?? '', run, during)
    const file = join(folder, `load-${run}.lua`)
    await writeFile(file, script)
    return runWrk(url, file, connections, during, signal)
  }

  async function ours(kind: 'postback' | 'click', connections: number): Promise<Sample> {
    const { warmUpSeconds, seconds } = timing
    const cpuTimeAfter = async (waitSeconds: number) => {
      await sleep(waitSeconds * 1000, undefined, { signal })
      return readCpuTime(server.pid, server.postmasterPid)
    }
    const [{ sent, measured }, before, after] = await Promise.all([
      load(kind, server.url, connections, timing),
      cpuTimeAfter(warmUpSeconds),
      cpuTimeAfter(warmUpSeconds + seconds),
    ])
    if (kind === 'click') tally.addClicks(sent)
    else tally.addPostbacks(sent)
    const micros = (of: 'node' | 'postgres') =>
      before === null || after === null ? null : ((after[of] - before[of]) * 1e6) / measured
    return {
      perSecond: measured / seconds,
      nodeMicros: micros('node'),
      postgresMicros: micros('postgres'),
      backlog: await books.settle(),
    }
  }

  return {
    postbacks: (connections) => ours('postback', connections),
    clicks: (connections) => ours('click', connections),
    load,
    nextRun,
  }
}

export interface Deps extends Omit<OwnDeps, 'timing'> {
  readonly bare: Child
  readonly insert: Child
  readonly paces: Paces
}

export interface Throughput extends OwnThroughput {
  barePostbacks(connections: number): Promise<number>
  bareClicks(connections: number): Promise<number>
  inserts(connections: number): Promise<number>
}

/** The same loads against the references. */
export async function createThroughput({ bare, insert, paces, ...deps }: Deps): Promise<Throughput> {
  const own = await createOwnThroughput({ ...deps, timing: paces.ours })

  async function bareLoad(kind: 'postback' | 'click', connections: number): Promise<number> {
    const { measured } = await own.load(kind, bare.url, connections, paces.bare)
    return measured / paces.bare.seconds
  }

  return {
    ...own,
    barePostbacks: (connections) => bareLoad('postback', connections),
    bareClicks: (connections) => bareLoad('click', connections),
    async inserts(connections) {
      const { sent, measured } = await own.load('postback', insert.url, connections, paces.insert)
      deps.tally.addInserts(sent)
      return measured / paces.insert.seconds
    },
  }
}
