import { setTimeout as sleep } from 'node:timers/promises'
import type { Driving } from './drive.js'
import type { Driven } from './driven-child.js'
import type { LiveCatalog } from './inject-changes.js'
import { peerQuery, query } from './live-rates.js'
import type { LiveServer } from './live-servers.js'
import { median } from './median.js'
import { everything } from './questions.js'

/** What subscriptions cost a server that was started for them alone. */
export interface Holding {
  /** One socket with one subscription. */
  readonly bytesEach: number
  /** The same of the later half alone, without what a heap grows by once, under the first that come. */
  readonly bytesLater: number
  /** A further subscription of a socket; null for bare sockets, as is the next. */
  readonly bytesMore: number | null
  /** The server's processor time for one. */
  readonly subscribeMicros: number | null
}

export const idleSockets = 5_000
const warmUpSockets = 200
const moreEach = 10
const settleMs = 1_000

export async function measureHolding(
  server: LiveServer,
  subscribers: Driven,
  catalog: LiveCatalog,
  message: string,
): Promise<Holding> {
  const open = (sockets: number) =>
    subscribers.ask('open', {
      url: server.url,
      sockets,
      connectionParams: server.connectionParams,
      query: server.name === 'ours' ? query : peerQuery,
      questions: [everything],
      subscribes: true,
      keepsTimes: false,
      settleMs,
    })

  // So that what is compiled on first use is not counted as somebody's.
  await open(warmUpSockets)
  await subscribers.ask('close')
  const empty = await settledMemory(server)
  await open(idleSockets / 2)
  const half = await settledMemory(server)
  await open(idleSockets / 2)
  const one = await settledMemory(server)
  let bytesMore: number | null = null
  let subscribeMicros: number | null = null
  if (server.connectionParams !== null) {
    const more = (idleSockets / moreEach) * moreEach
    const subscribe = (times: number) => subscribers.ask('subscribeMore', { sockets: idleSockets / moreEach, times })
    await subscribe(moreEach / 2)
    const first = await settledMemory(server)
    const start = await server.ask<NodeJS.CpuUsage>('cpu')
    await subscribe(moreEach)
    await sleep(settleMs)
    const end = await server.ask<NodeJS.CpuUsage>('cpu')
    subscribeMicros = (end.user + end.system - start.user - start.system) / more
    bytesMore = ((await settledMemory(server)) - first) / more
  }
  const pace = { warmUpMs: 0, measureMs: 5 }
  const { changes } = await server.ask<Driving>('drive', { pace, catalog, perCommit: 1, watch: [[]], message })
  await subscribers.ask('check', { changes, from: 0 })
  await subscribers.ask('close')
  return {
    bytesEach: (one - empty) / idleSockets,
    bytesLater: (one - half) / (idleSockets / 2),
    bytesMore,
    subscribeMicros,
  }
}

const readings = 5
const maxReadings = 25
const steadyBytes = 256 * 1024
const readEveryMs = 300

/** The median of the last readings, once they hardly differ, or after a while. */
async function settledMemory(server: Driven): Promise<number> {
  const read: number[] = []
  while (read.length < maxReadings) {
    await sleep(readEveryMs)
    read.push(await server.ask<number>('memory'))
    const last = read.slice(-readings)
    if (last.length === readings && Math.max(...last) - Math.min(...last) <= steadyBytes) break
  }
  return median(read.slice(-readings))
}
