import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { copyDistance, keywords, kindOf, type Sent, unknownClickStart } from './mix.js'
import { monotonicMs } from './monotonic.js'
import type { OpenLoopPlan, OpenLoopResult, OrderTimes } from './open-loop.js'
import { percentile } from './percentile.js'
import { userAgents } from './traffic.js'

/**
 * Each request has a time at which it is due, and goes out then over a connection that is free, or as soon as one is.
 * Its latency counts from when it was due, so a server that stalls is charged for all that it kept waiting. The clock
 * is looked at every millisecond: up to one of each latency is ours.
 */
const plan: OpenLoopPlan = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'))
const tickMs = 1
const tail = ' HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'

interface Waiting {
  readonly dueMs: number
  readonly text: string
  readonly measured: boolean
  /** Null for what books nothing. */
  readonly order: string | null
}

interface Line {
  readonly socket: Socket
  now: Waiting | null
  received: string
}

const sent: Sent = { fresh: 0, copies: 0, unknown: 0 }
const statuses: Record<string, number> = {}
const latencies: number[] = []
const lateness: number[] = []
const times: Record<string, OrderTimes> = {}
const free: Line[] = []
const queue: Waiting[] = []
let answered = 0

function fail(why: string): never {
  process.stderr.write(`open loop: ${why}\n`)
  process.exit(1)
}

const recent: string[] = []
const nobody = unknownClickStart(plan.targets[0] ?? '')
const token = /token=[^&]+/.exec(plan.targets[0] ?? '')?.[0]
const orderOf = (number: number): string => `o-${plan.run}-${number}`
const targetOf = (number: number): string => plan.targets[number % plan.targets.length] ?? ''

function postback(number: number): string {
  const kind = recent.length === 0 ? 'fresh' : kindOf(number)
  sent[kind] += 1
  if (kind === 'copies') return recent[Math.max(0, recent.length - copyDistance)] ?? ''
  if (kind === 'unknown') {
    const clickId = `${nobody}${String(plan.run).padStart(2, '0')}9${String(number).padStart(7, '0')}`
    return `GET /postback?${token}&click_id=${clickId}&txid=u-${plan.run}-${number}&amount=10${tail}`
  }
  const amount = (10 + (number % 9_000) / 100).toFixed(2)
  const text = `GET /postback?${targetOf(number)}&txid=${orderOf(number)}&amount=${amount}${tail}`
  recent.push(text)
  if (recent.length > 2 * copyDistance) recent.splice(0, copyDistance)
  return text
}

const part = (from: number, to: number): number => from + Math.floor(Math.random() * (to - from + 1))

function click(number: number): string {
  sent.fresh += 1
  const address = `${part(1, 223)}.${part(0, 255)}.${part(0, 255)}.${part(1, 254)}`
  return (
    `GET ${targetOf(number)}?keyword=word-${number % keywords}&sub1=visit-${number}&cost=0.05 HTTP/1.1\r\n` +
    `Host: 127.0.0.1\r\nUser-Agent: ${userAgents[number % userAgents.length]}\r\n` +
    `Accept-Language: en-GB,en;q=0.8\r\nX-Forwarded-For: ${address}\r\n\r\n`
  )
}

const headEnd = '\r\n\r\n'

/** One request at a time goes over a connection, so what comes in is the answer to it. */
function receive(line: Line, chunk: Buffer): void {
  line.received += chunk.toString('latin1')
  const bodyStart = line.received.indexOf(headEnd) + headEnd.length
  if (bodyStart < headEnd.length) return
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(line.received)?.[1] ?? 0)
  if (line.received.length < bodyStart + length || line.now === null) return
  const status = line.received.slice(9, 12)
  statuses[status] = (statuses[status] ?? 0) + 1
  if (line.now.measured) note(line.now, monotonicMs())
  answered += 1
  line.now = null
  line.received = ''
  free.push(line)
  dispatch()
}

function note({ dueMs, order }: Waiting, answeredMs: number): void {
  latencies.push(answeredMs - dueMs)
  if (plan.keepsTimes && order !== null) times[order] = { dueMs, answeredMs }
}

let head = 0
function dispatch(): void {
  while (head < queue.length) {
    const line = free.pop()
    if (line === undefined) return
    const waiting = queue[head++] as Waiting // head < length
    line.now = waiting
    line.socket.write(waiting.text)
  }
  queue.length = 0
  head = 0
}

function report(): void {
  const result: OpenLoopResult = {
    sent,
    statuses,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    lateP99Ms: percentile(lateness, 0.99),
    ...(plan.keepsTimes ? { times } : {}),
  }
  process.stdout.write(JSON.stringify(result), () => process.exit())
}

function run(): void {
  const make = plan.kind === 'click' ? click : postback
  const intervalMs = 1000 / plan.perSecond
  const total = Math.round(plan.perSecond * (plan.warmUpSeconds + plan.seconds))
  const startMs = monotonicMs()
  let number = 0
  const tick = () => {
    const nowMs = monotonicMs()
    for (; number < total; number += 1) {
      const dueMs = startMs + number * intervalMs
      if (dueMs > nowMs) break
      const measured = dueMs - startMs >= plan.warmUpSeconds * 1000
      if (measured) lateness.push(nowMs - dueMs)
      const freshBefore = sent.fresh
      const text = make(number)
      queue.push({ dueMs, text, measured, order: sent.fresh > freshBefore ? orderOf(number) : null })
    }
    dispatch()
    if (answered === total) report()
    else if (nowMs > startMs + total * intervalMs + 10_000) fail(`${total - answered} requests went unanswered`)
    else setTimeout(tick, tickMs)
  }
  tick()
}

process.stdin.resume().once('end', () => process.exit())
const { hostname, port } = new URL(plan.url)
for (let opened = 0; opened < plan.connections; opened += 1) {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  const line: Line = { socket, now: null, received: '' }
  socket.on('data', (chunk) => receive(line, chunk))
  socket.on('error', (error) => fail(error.message))
  socket.on('close', () => fail('the server closed a connection'))
  socket.on('connect', () => {
    free.push(line)
    if (free.length === plan.connections) run()
  })
}
