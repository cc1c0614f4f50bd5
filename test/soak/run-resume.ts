import { createRandom } from '../../src/demo/random.js'
import { createSender } from '../journey/traffic.js'
import { until } from '../support/app.js'
import type { StartedServer } from '../support/server.js'
import { openBoard } from './board.js'
import { createNumbering } from './changes.js'
import { readLedger, whatPasses } from './read-ledger.js'
import { createSubscriber, type Subscriber } from './subscriber.js'
import { startTraffic, type Traffic } from './traffic.js'
import { differenceOf } from './verdict.js'
import { type Viewpoint, viewpointOf } from './viewpoints.js'

export interface ResumeOptions {
  readonly subscribers: number
  /** Of each subscriber's connection. */
  readonly breaks: number
  /** Between two breaks of one subscriber, on average. */
  readonly everyMs: number
  readonly perSecond: number
  readonly seed: number
  readonly say?: (line: string) => void
}

interface Follower {
  readonly viewpoint: Viewpoint
  readonly subscriber: Subscriber
}

/** What one subscriber saw, and what it should have seen. */
export interface Judged {
  readonly expected: readonly number[]
  readonly seen: readonly number[]
}

export interface Outcome {
  readonly judged: readonly Judged[]
  readonly changes: number
  /** What went wrong, in words. */
  readonly problems: readonly string[]
}

const reportMs = 5_000
/** Within which everyone must have caught up once nothing more is sent. */
const catchUpMs = 30_000

/**
 * Many subscribers, whose connections keep breaking, while postbacks keep coming; at the end, what each of them saw is
 * held against what the ledger says that it should have seen.
 */
export async function runResume(server: StartedServer, options: ResumeOptions): Promise<Outcome> {
  const { seed, perSecond, say = () => {} } = options
  const sender = createSender(server.url)
  const board = await openBoard(server, sender)
  const numberOf = createNumbering()
  const start = await readHead(server.url, board.adminKey)
  const followers = await followAll(server.url, options, (index) => viewpointOf(board, index), numberOf)
  const subscribers = followers.map(({ subscriber }) => subscriber)
  const endAll = () => Promise.all(subscribers.map((subscriber) => subscriber.end()))
  const traffic = startTraffic(board, sender, createRandom(seed), perSecond)
  const report = () => say(progressOf(subscribers, traffic, options))
  const reporting = setInterval(report, reportMs)

  try {
    const isHopeless = () => traffic.failures.length > 0 || subscribers.some(({ failure }) => failure !== null)
    const isBroken = () => isHopeless() || subscribers.every(({ broken }) => broken === options.breaks)
    await until(isBroken, 'all breaks', 10 * options.breaks * options.everyMs)
    await traffic.stop()
    // A server that was too busy to book at once has said so, and does it later.
    await until(async () => (await readQueued(server)) === 0, 'all to be booked', catchUpMs)
    const ledger = await readLedger(server, start, numberOf)
    const judged = followers.map(({ viewpoint, subscriber }): Judged => {
      return { expected: whatPasses(ledger, viewpoint), seen: subscriber.seen }
    })
    const isComplete = () => isHopeless() || judged.every(({ expected, seen }) => seen.length >= expected.length)
    // Whoever has not caught up by then is named below.
    await until(isComplete, 'all have caught up', catchUpMs).catch(() => {})
    await endAll()
    report()
    return { judged, changes: ledger.length, problems: [...traffic.failures, ...problemsOf(followers, judged)] }
  } finally {
    clearInterval(reporting)
    await traffic.stop()
    await endAll()
    sender.close()
  }
}

async function followAll(
  url: string,
  { subscribers, seed, breaks, everyMs }: ResumeOptions,
  viewpointAt: (index: number) => Viewpoint,
  numberOf: ReturnType<typeof createNumbering>,
): Promise<Follower[]> {
  const heads = new Map<string, string>()
  const viewpoints = Array.from({ length: subscribers }, (_, index) => viewpointAt(index))
  for (const { key } of viewpoints) if (!heads.has(key)) heads.set(key, await readHead(url, key))
  return viewpoints.map((viewpoint, index) => {
    const after = heads.get(viewpoint.key) ?? ''
    const random = createRandom(seed + 1 + index)
    const socketUrl = `${url.replace('http', 'ws')}/graphql`
    return {
      viewpoint,
      subscriber: createSubscriber({ url: socketUrl, viewpoint, after, numberOf, random, breaks, everyMs }),
    }
  })
}

/** Where the books end, for this key: a cursor is bound to what its viewer may see. */
async function readHead(url: string, key: string): Promise<string> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ viewer { workspace { head } } }' }),
  })
  const { data } = (await response.json()) as { data: { viewer: { workspace: { head: string } } } }
  return data.viewer.workspace.head
}

async function readQueued({ ask }: StartedServer): Promise<number> {
  type Queued = { viewer: { workspace: { queued: number } } }
  return (await ask<Queued>('{ viewer { workspace { queued } } }')).viewer.workspace.queued
}

function problemsOf(followers: readonly Follower[], judged: readonly Judged[]): string[] {
  return followers.flatMap(({ viewpoint, subscriber }, index) => {
    const { expected = [], seen = [] } = judged[index] ?? {}
    const problem = subscriber.failure ?? differenceOf(expected, seen)
    const who = `subscriber ${index}, ${JSON.stringify(viewpoint.filter)}, saw ${seen.length} of ${expected.length}`
    return problem === null ? [] : [`${who}: ${problem}`]
  })
}

function progressOf(subscribers: readonly Subscriber[], traffic: Traffic, { breaks }: ResumeOptions): string {
  const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0)
  const seen = sum(subscribers.map((subscriber) => subscriber.seen.length))
  const broken = sum(subscribers.map((subscriber) => subscriber.broken))
  const dropped = sum(subscribers.map((subscriber) => subscriber.dropped))
  const megabytes = Math.round(process.memoryUsage.rss() / 2 ** 20)
  const share = `${broken} of ${breaks * subscribers.length} breaks`
  const postbacks = `${traffic.sent} postbacks (${traffic.refused} refused)`
  return `${postbacks}, ${seen} messages, ${share}, ${dropped} dropped by the server, ${megabytes} MB here`
}
