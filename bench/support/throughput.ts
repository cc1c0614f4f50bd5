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

export interface Deps {
  readonly server: Pulseback
  readonly bare: Child
  readonly insert: Child
  readonly books: Books
  readonly tally: Tally
  readonly traffic: Traffic
  readonly folder: string
  readonly paces: Paces
  readonly signal: AbortSignal
}

export interface Throughput {
  postbacks(connections: number): Promise<Sample>
  clicks(connections: number): Promise<Sample>
  barePostbacks(connections: number): Promise<number>
  bareClicks(connections: number): Promise<number>
  inserts(connections: number): Promise<number>
  /** A number that no load has had. */
  nextRun(): number
}

/** Closed-loop loads against ours and the references, each after a warm-up of its own. */
export async function createThroughput(deps: Deps): Promise<Throughput> {
  const { server, bare, insert, books, tally, traffic, folder, paces, signal } = deps
  const targetsFile = join(folder, 'targets.txt')
  const linksFile = join(folder, 'links.txt')
  await writeFile(targetsFile, traffic.targets.join('\n'))
  await writeFile(linksFile, traffic.linkPaths.join('\n'))
  let runs = 0
  const nextRun = () => ++runs

  async function load(kind: 'postback' | 'click', url: string, connections: number, timing: Timing): Promise<Load> {
    const run = nextRun()
    const script =
      kind === 'click'
        ? clickScript(linksFile, run, timing)
        : postbackScript(targetsFile, traffic.targets[0] ?? '', run, timing)
    const file = join(folder, `load-${run}.lua`)
    await writeFile(file, script)
    return runWrk(url, file, connections, timing, signal)
  }

  async function ours(kind: 'postback' | 'click', connections: number): Promise<Sample> {
    const { warmUpSeconds, seconds } = paces.ours
    const cpuTimeAfter = async (waitSeconds: number) => {
      await sleep(waitSeconds * 1000, undefined, { signal })
      return readCpuTime(server.pid, server.postmasterPid)
    }
    const [{ sent, measured }, before, after] = await Promise.all([
      load(kind, server.url, connections, paces.ours),
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

  async function bareLoad(kind: 'postback' | 'click', connections: number): Promise<number> {
    const { measured } = await load(kind, bare.url, connections, paces.bare)
    return measured / paces.bare.seconds
  }

  return {
    nextRun,
    postbacks: (connections) => ours('postback', connections),
    clicks: (connections) => ours('click', connections),
    barePostbacks: (connections) => bareLoad('postback', connections),
    bareClicks: (connections) => bareLoad('click', connections),
    async inserts(connections) {
      const { sent, measured } = await load('postback', insert.url, connections, paces.insert)
      tally.addInserts(sent)
      return measured / paces.insert.seconds
    },
  }
}
