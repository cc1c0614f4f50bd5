import { WebSocket } from 'ws'
import { between, type Random } from '../../src/demo/random.js'
import { type Change, type Numbering, selection } from './changes.js'
import type { Viewpoint } from './viewpoints.js'

export interface SubscriberOptions {
  readonly url: string
  readonly viewpoint: Viewpoint
  /** The cursor to begin behind. */
  readonly after: string
  readonly numberOf: Numbering
  readonly random: Random
  readonly breaks: number
  /** Between two breaks, on average. */
  readonly everyMs: number
}

export interface Subscriber {
  /** The numbers of the changes, as they came. */
  readonly seen: readonly number[]
  readonly broken: number
  /** Connections that nobody here broke. */
  readonly dropped: number
  /** What a subscriber must never be told. */
  readonly failure: string | null
  /** Done when everything that the server had sent has come. */
  end(): Promise<void>
}

interface Message {
  readonly type: string
  readonly payload?: {
    readonly data?: { readonly conversions: Change } | null
    readonly extensions?: { readonly cursor: string }
    readonly cursors?: Readonly<Record<string, string>>
  }
}

const id = '1'
const query = `subscription ($filter: ConversionFilter, $after: Cursor) {
  conversions(filter: $filter, after: $after) { ${selection} }
}`
/** Most are back at once; some sleep. */
const offlineMs = 100
const sleepMs = 3_000
const sleepShare = 0.05

/**
 * A subscriber whose connection breaks so many times, at random, also before it was of any use. It does what the
 * README's lines make a stock client do, with so little around it that a thousand fit into a process.
 */
export function createSubscriber(options: SubscriberOptions): Subscriber {
  const { url, viewpoint, numberOf, random, breaks, everyMs } = options
  const seen: number[] = []
  const state = { broken: 0, dropped: 0, failure: null as string | null, ended: false }
  let cursor = options.after
  let breaking: NodeJS.Timeout | undefined
  let returning: NodeJS.Timeout | undefined
  let socket = connect()
  plan()

  function connect(): WebSocket {
    const opened = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false })
    const send = (message: object) => opened.send(JSON.stringify(message))
    opened.on('open', () => send({ type: 'connection_init', payload: { authorization: `Bearer ${viewpoint.key}` } }))
    opened.on('message', (data) => hear(JSON.parse(String(data)), send))
    opened.on('close', () => {
      if (state.ended) return
      state.dropped += 1
      comeBack(between(random, 0, offlineMs))
    })
    // `close` follows.
    opened.on('error', () => {})
    return opened
  }

  function hear({ type, payload }: Message, send: (message: object) => void): void {
    if (type === 'connection_ack') {
      const variables = { filter: viewpoint.filter, after: cursor }
      send({ id, type: 'subscribe', payload: { query, variables } })
    } else if (type === 'ping') {
      cursor = payload?.cursors?.[id] ?? cursor
      send({ type: 'pong' })
    } else if (type === 'next' && payload?.data != null && payload.extensions !== undefined) {
      seen.push(numberOf(payload.data.conversions))
      cursor = payload.extensions.cursor
    } else if (type !== 'pong') state.failure ??= JSON.stringify({ type, payload })
  }

  function plan(): void {
    if (state.broken < breaks) breaking = setTimeout(breakOff, between(random, 0, 2 * everyMs))
  }

  function breakOff(): void {
    if (socket.readyState <= WebSocket.OPEN) {
      state.broken += 1
      // What a connection still brings after it was given up is asked for again.
      socket.removeAllListeners('message').removeAllListeners('close').terminate()
      comeBack(between(random, 0, random() < sleepShare ? sleepMs : offlineMs))
    }
    plan()
  }

  function comeBack(awayMs: number): void {
    returning = setTimeout(() => {
      socket = connect()
    }, awayMs)
  }

  return {
    seen,
    get broken() {
      return state.broken
    },
    get dropped() {
      return state.dropped
    },
    get failure() {
      return state.failure
    },
    async end() {
      state.ended = true
      clearTimeout(breaking)
      clearTimeout(returning)
      if (socket.readyState === WebSocket.CLOSED) return
      const closed = new Promise((resolve) => socket.once('close', resolve))
      socket.close(1000)
      await closed
    },
  }
}
