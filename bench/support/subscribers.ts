import { setTimeout as sleep } from 'node:timers/promises'
import { answerCommands } from './answer-commands.js'
import { checkOrder } from './check-order.js'
import { monotonicMs } from './monotonic.js'
import { countPassing } from './questions.js'
import { openRawSocket, type RawSocket } from './raw-socket.js'
import type { Arrival, Expected, Heard, Opened, OpenPlan } from './subscribers-protocol.js'

/** A process that holds the subscribers, so that reading what they get takes nothing from the server. */
interface Subscriber {
  readonly raw: RawSocket
  readonly group: Group
  /** Only of those whose text is kept. */
  readonly texts: string[] | null
  subscriptions: number
  deliveries: number
}

/** The subscribers of one question: all get the same, in the same order. */
interface Group {
  readonly question: OpenPlan['questions'][number]
  size: number
  /** How many of them have had each of its deliveries, and when the last of them had. */
  readonly had: number[]
  readonly lastHadAtMs: number[]
}

const openAtOnce = 50
/** The subscribers whose messages are read, not only counted: enough of each question, too few to cost much. */
const readEvery = 50
const waitMs = 20_000
const quietMs = 100

/** Those that were opened before: they stay, and nobody counts what they get. */
let earlier: Subscriber[] = []
let subscribers: Subscriber[] = []
let plan: OpenPlan
let cpuBefore = process.cpuUsage()

function fail(error: Error): void {
  process.stderr.write(`subscribers: ${error.message}\n`)
  process.exit(1)
}

async function openOne(number: number, groups: readonly Group[]): Promise<Subscriber> {
  const group = groups[number % groups.length] as Group // in range
  const isRead = number < groups.length || number % readEvery === 0
  const texts: string[] | null = isRead ? [] : null
  group.size += 1
  const raw = await openRawSocket({
    url: plan.url,
    connectionParams: plan.connectionParams,
    keepsText: isRead,
    onError: fail,
    onDelivery(text) {
      if (text !== null) texts?.push(text)
      const place = subscriber.deliveries
      subscriber.deliveries += 1
      if (!plan.keepsTimes) return
      const had = (group.had[place] ?? 0) + 1
      group.had[place] = had
      if (had === group.size) group.lastHadAtMs[place] = monotonicMs()
    },
  })
  const subscriber: Subscriber = { raw, group, texts, subscriptions: 1, deliveries: 0 }
  if (plan.subscribes && plan.connectionParams !== null) await raw.subscribe(payloadFor(group), 1)
  return subscriber
}

const payloadFor = ({ question }: Group) => ({ query: plan.query, variables: question.variables })

/**
 * Where no times are wanted, what comes in is read every few milliseconds, all that is there at once: on one machine the
 * subscribers must leave the server its time, and the system keeps what waits.
 */
const napMs = 10
const napping = new Int32Array(new SharedArrayBuffer(4))
let isNapping = false

function nap(): void {
  if (!isNapping) return
  Atomics.wait(napping, 0, 0, napMs)
  setImmediate(nap)
}

async function open(given: OpenPlan): Promise<Opened> {
  plan = given
  earlier.push(...subscribers)
  const groups = plan.questions.map((question) => ({ question, size: 0, had: [], lastHadAtMs: [] }))
  subscribers = new Array(plan.sockets)
  let next = 0
  const openMore = async () => {
    while (next < plan.sockets) {
      const number = next++
      subscribers[number] = await openOne(number, groups)
    }
  }
  await Promise.all(Array.from({ length: openAtOnce }, openMore))
  // What the protocol does not tell: whether the subscription stands, not only was read.
  await sleep(plan.settleMs)
  cpuBefore = process.cpuUsage()
  isNapping = !plan.keepsTimes
  nap()
  return { ports: subscribers.map(({ raw }) => raw.localPort) }
}

/** So many more subscriptions on each of the first sockets. */
async function subscribeMore({ sockets, times }: { sockets: number; times: number }): Promise<void> {
  const some = subscribers.slice(0, sockets)
  for (const subscriber of some) subscriber.subscriptions += times
  await Promise.all(some.map(({ raw, group }) => raw.subscribe(payloadFor(group), times)))
}

/** Waits until everybody has what they must get, and a moment longer for what they must not. */
async function check({ changes, from }: Expected): Promise<Heard> {
  const missing = () => subscribers.find((one) => one.deliveries < countFor(one, changes))
  const giveUpAtMs = monotonicMs() + waitMs
  while (missing() !== undefined && monotonicMs() < giveUpAtMs) await sleep(5)
  const lastAtMs = Math.max(...subscribers.map(({ raw }) => raw.lastAtMs))
  const { user, system } = process.cpuUsage(cpuBefore)
  await sleep(quietMs)
  for (const one of subscribers) {
    const expected = countFor(one, changes)
    if (one.deliveries !== expected) {
      throw new Error(`a subscriber got ${one.deliveries} messages instead of ${expected}`)
    }
  }
  for (const { texts, group, subscriptions } of subscribers) {
    if (texts !== null && subscriptions === 1) checkOrder(texts, group.question, changes)
  }
  return {
    deliveries: subscribers.reduce((sum, one) => sum + countFor(one, changes) - countFor(one, from), 0),
    bytes:
      subscribers.reduce((sum, { raw }) => sum + raw.bytes, 0) /
      subscribers.reduce((sum, one) => sum + one.deliveries, 0),
    lastAtMs,
    cpuMicros: user + system,
    example: subscribers[0]?.texts?.[0] ?? '',
  }
}

const countFor = ({ group, subscriptions }: Subscriber, changes: number): number =>
  subscriptions * countPassing(group.question, 0, changes)

/** For each question, in order: which order it was, and when the last of its subscribers had it. */
async function arrivals({ expected }: { expected: number }): Promise<Arrival[]> {
  const groups = [...new Set(subscribers.map(({ group }) => group))]
  const complete = () => groups.reduce((sum, { lastHadAtMs }) => sum + lastHadAtMs.length, 0)
  const giveUpAtMs = monotonicMs() + waitMs
  while (complete() < expected && monotonicMs() < giveUpAtMs) await sleep(20)
  await sleep(quietMs)
  for (const { group, deliveries } of subscribers) {
    if (deliveries !== group.lastHadAtMs.length)
      throw new Error('subscribers of one question got different numbers of messages')
  }
  return groups.flatMap((group) => {
    const texts = subscribers.find((one) => one.group === group && one.texts !== null)?.texts ?? []
    return texts.map((text, place) => ({
      transactionId: transactionIn(text),
      atMs: group.lastHadAtMs[place] ?? Number.NaN,
    }))
  })
}

const transactionIn = (text: string): string => /"transactionId":"([^"]+)"/.exec(text)?.[1] ?? ''

async function close(): Promise<void> {
  isNapping = false
  for (const { raw } of [...earlier, ...subscribers]) raw.destroy()
  earlier = []
  subscribers = []
}

answerCommands('', { open, subscribeMore, check, arrivals, close })
