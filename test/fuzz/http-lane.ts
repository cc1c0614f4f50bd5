import { connect, type Socket } from 'node:net'
import { createAnswerReader, type HttpAnswer } from './read-answers.js'

const patienceMs = 20_000

/** A kept connection on which many requests may be under way: they are answered in their order. */
export interface HttpLane {
  send(request: Buffer, isHead?: boolean): Promise<HttpAnswer>
  close(): void
}

interface Waiting {
  readonly isHead: boolean
  readonly resolve: (answer: HttpAnswer) => void
  readonly reject: (error: Error) => void
}

export function openHttpLane(url: string): HttpLane {
  const { hostname, port } = new URL(url)
  let socket: Socket | null = null
  let waiting: Waiting[] = []

  function open(): Socket {
    const opened = connect({ host: hostname, port: Number(port), noDelay: true })
    const reader = createAnswerReader()
    opened.on('data', (chunk) => {
      const isHead = () => waiting[0]?.isHead ?? false
      reader.read(chunk, isHead, (answer) => {
        // What is sent from here on needs another connection.
        if (answer.closes && waiting.length === 1) socket = null
        waiting.shift()?.resolve(answer)
      })
    })
    opened.on('error', () => opened.destroy())
    opened.setTimeout(patienceMs, () => opened.destroy())
    opened.on('close', () => {
      if (socket !== opened) return
      socket = null
      const lost = waiting
      waiting = []
      for (const [place, one] of lost.entries()) {
        one.reject(new Error(`the connection ended, ${place} places behind the answer that was due: ${reader.rest()}`))
      }
    })
    return opened
  }

  return {
    send(request, isHead = false) {
      const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
      socket ??= open()
      waiting.push({ isHead, resolve, reject })
      socket.write(request)
      return promise
    },
    close: () => void socket?.destroy(),
  }
}

export interface Alone {
  /** All answers that came. */
  readonly answers: readonly HttpAnswer[]
  /** What came behind them. */
  readonly rest: string
}

export interface AloneOptions {
  readonly isHead?: boolean
  /** After so long without a byte our side is ended, which ends the connection whatever it waits for. */
  readonly silentMs?: number
  /** How much longer is listened once a whole answer has come, or the beginning of a stream of events. */
  readonly lingerMs?: number
}

/** On a connection of its own. */
export async function sendAlone(url: string, request: Buffer, options: AloneOptions = {}): Promise<Alone> {
  const { isHead = false, silentMs = patienceMs, lingerMs = 20 } = options
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  const reader = createAnswerReader()
  const answers: HttpAnswer[] = []
  const timers = [setTimeout(() => socket.end(), silentMs), setTimeout(() => socket.destroy(), patienceMs)]
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    reader.read(
      chunk,
      () => isHead,
      (answer) => answers.push(answer),
    )
    const isAnswered = answers.length > 0 || /^content-type: *text\/event-stream/im.test(reader.rest())
    if (isAnswered && timers.length === 2) timers.push(setTimeout(() => socket.destroy(), lingerMs))
  })
  socket.write(request)
  await new Promise((resolve) => socket.once('close', resolve))
  for (const timer of timers) clearTimeout(timer)
  return { answers, rest: reader.rest() }
}
