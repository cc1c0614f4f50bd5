import { schema } from '../../src/schema.js'
import { opcodes, openRawSocket, type RawSocket, type Said } from '../support/raw-socket.js'
import type { Heard, OwnDoor } from './door.js'
import type { Draw } from './draw.js'
import { hostileJson, hostileName, hostileText, mutate } from './hostile.js'
import { hostileOperation, writeOperation } from './operations.js'
import type { World } from './world.js'

const mostMessages = 60
const maxMessageBytes = 64 * 1024
/** What the server closes with that hears what is no message of the protocol. */
const closings = [1002, 1003, 1007, 1009, 4400, 4401, 4409, 4429]

/** Messages that the protocol allows, with anything at all in them; the last one it does not allow. */
export const messages: OwnDoor = {
  ...{ name: 'GraphQL WebSocket', share: 8, lanes: 2, depth: 1 },
  async send(draw, world, sent) {
    const socket = await openRawSocket(world.url, { key: draw.oneOf(world.keys) })
    const texts = Array.from({ length: 1 + draw.upTo(mostMessages) }, (_, index) => soundMessage(draw, world, index))
    sent(Buffer.from(texts.join('\n')))
    const sizes = draw.oneOf([1, 5, texts.length])
    const heard: Said[] = []
    for (let at = 0; at < texts.length; at += sizes) {
      socket.send(...texts.slice(at, at + sizes))
      heard.push(...(await restOrEnd(socket)))
    }
    const last = brokenMessage(draw)
    sent(Buffer.from(last))
    if (draw.happens(10)) socket.sendFrame(opcodes.binary, Buffer.from(last))
    else socket.send(last)
    const code = await closeOf(socket)
    return judge(heard, texts.length + 1, code)
  },
}

function soundMessage(draw: Draw, world: World, index: number): string {
  if (draw.happens(5)) return `{"type":"${draw.oneOf(['ping', 'pong'])}","payload":${plainObject(draw)}}`
  if (draw.happens(15))
    return JSON.stringify({
      type: 'complete',
      id: draw.happens(50) ? `${draw.upTo(index)}` : `id ${hostileName(draw)}`,
    })
  const payload = writeOperation(draw, hostileOperation(draw, world, schema))
  const text = `{"id":${JSON.stringify(`${index}`)},"type":"subscribe","payload":${payload}}`
  return isSound(text)
    ? text
    : JSON.stringify({ id: `${index}`, type: 'subscribe', payload: { query: hostileText(draw) || '{' } })
}

/** Whether it is a message: JSON, not too long, with variables and extensions that are objects or nothing. */
function isSound(text: string): boolean {
  try {
    const { payload } = JSON.parse(text)
    const isMap = (value: unknown) => value == null || (typeof value === 'object' && !Array.isArray(value))
    return (
      Buffer.byteLength(text) < maxMessageBytes &&
      typeof payload.query === 'string' &&
      isMap(payload.variables) &&
      isMap(payload.extensions)
    )
  } catch {
    return false
  }
}

function plainObject(draw: Draw): string {
  const text = `{${JSON.stringify(hostileName(draw))}:${hostileJson(draw)}}`
  try {
    JSON.parse(text)
    return text
  } catch {
    return '{}'
  }
}

/** What no client may send: of no type, of no form, too long, or too early by being a second hello. */
function brokenMessage(draw: Draw): string {
  return draw.oneOf([
    () => `${mutate(draw, '{"type":"subscribe","id":"x","payload":{"query":"{ viewer { role } }"}}')}x`,
    () =>
      JSON.stringify({
        type: draw.oneOf(['next', 'error', 'connection_ack', 'start', '__proto__', hostileText(draw)]),
        id: '1',
      }),
    () => JSON.stringify({ type: 'connection_init', payload: { authorization: hostileText(draw) } }),
    () =>
      JSON.stringify({
        type: 'subscribe',
        id: draw.oneOf<unknown>([1, null, {}, '']),
        payload: { query: '{ viewer { role } }' },
      }),
    () => 'x'.repeat(maxMessageBytes + 1 + draw.upTo(10)),
    () => '['.repeat(60_000),
    () => `{"a":`.repeat(10_000),
    () => '',
  ])()
}

/** Everything that comes before an answer to a question, or before the end. */
const restOrEnd = (socket: RawSocket): Promise<Said[]> =>
  Promise.race([socket.rest(), socket.closed.then((code) => Promise.reject(new Error(`closed with ${code}`)))])

async function closeOf(socket: RawSocket): Promise<number> {
  const timer = setTimeout(() => socket.destroy(), 20_000)
  const code = await socket.closed.catch(() => 0)
  clearTimeout(timer)
  socket.destroy()
  return code
}

function judge(heard: readonly Said[], inputs: number, code: number): Heard {
  const wrong = heard.map(wrongWithMessage).find((one) => one !== null) ?? null
  const answers = [...heard.map(({ type }) => type), code]
  return { inputs, answers, wrong: wrong ?? (closings.includes(code) ? null : `closed with ${code} (0: not at all)`) }
}

function wrongWithMessage(said: Said): string | null {
  const text = JSON.stringify(said)
  if (/\n\s+at \S|node_modules|\.[jt]s:\d+|file:\/\//.test(text)) return `a stack trace: ${text}`
  return text.includes('"code":"INTERNAL"') ? `an error of ours: ${text}` : null
}
