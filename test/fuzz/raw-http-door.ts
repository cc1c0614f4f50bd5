import { schema } from '../../src/schema.js'
import { bearer } from './api-doors.js'
import { type Heard, isBusy, type OwnDoor, wrongWithAny } from './door.js'
import type { Draw } from './draw.js'
import { escapeField, writeRequest } from './encode.js'
import { hostileBytes, hostileText } from './hostile.js'
import { type Alone, sendAlone } from './http-lane.js'
import { hostileOperation, writeOperation } from './operations.js'

const latin1 = (text: string) => Buffer.from(text, 'latin1')
const host = 'host: 127.0.0.1\r\n'
const post = `POST /postback HTTP/1.1\r\n${host}content-type: application/json\r\n`
const chunked = `${post}transfer-encoding: chunked\r\n\r\n`

/** What is no HTTP, or HTTP that servers and proxies have read differently. */
const requests: readonly ((draw: Draw) => Buffer)[] = [
  (draw) => draw.bytes(1 + draw.upTo(300)),
  (draw) => latin1(`GET /postback?a=${hostileText(draw)} HTTP/1.1\r\n${host}\r\n`),
  (draw) => Buffer.concat([latin1('GET /c/'), hostileBytes(draw), latin1(` HTTP/1.1\r\n${host}\r\n`)]),
  (draw) =>
    latin1(
      `${draw.oneOf(['FOO', 'get', 'CONNECT', 'TRACE', 'PROPFIND', 'PRI', 'QUERY', 'M-SEARCH', '\0'])} /postback HTTP/1.1\r\n${host}\r\n`,
    ),
  (draw) => latin1(`GET /healthz HTTP/${draw.oneOf(['0.9', '1.0', '1.2', '2.0', '9.9', '1.1 ', 'x'])}\r\n${host}\r\n`),
  (draw) =>
    latin1(
      `GET ${draw.oneOf(['http://[/graphql', 'http://a b/', 'http://x:99999/graphql?query={__typename}', '//graphql', '*', '', '/%', '/c/%ff', '/\\', '?', 'http://u:p@h/postback', '/graphql#x'])} HTTP/1.1\r\n${host}authorization: Bearer x\r\n\r\n`,
    ),
  // Whom it is for.
  (draw) =>
    latin1(
      `GET /graphql?query={__typename} HTTP/1.1\r\nhost: ${hostOf(draw)}\r\norigin: ${draw.oneOf(['null', 'http://x', '%'])}\r\n\r\n`,
    ),
  (draw) =>
    latin1(
      `POST /graphql HTTP/1.1\r\nhost: ${hostOf(draw)}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`,
    ),
  () => latin1('GET /healthz HTTP/1.1\r\n\r\n'),
  () => latin1(`GET /healthz HTTP/1.1\r\n${host}host: other\r\n\r\n`),
  // How long it is.
  (draw) =>
    latin1(
      `${post}content-length: ${draw.oneOf(['-1', '+2', '0x2', '2, 2', '2,3', '99999999999999999999', '1e3', '', ' ', '2\r\ncontent-length: 3'])}\r\n\r\n{}`,
    ),
  (draw) =>
    latin1(
      `${post}content-length: ${draw.upTo(9)}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /c/x HTTP/1.1\r\n${host}\r\n`,
    ),
  (draw) =>
    latin1(
      `${post}transfer-encoding: ${draw.oneOf(['identity', 'gzip', 'xchunked', 'chunked, identity', '\tchunked', 'chunked\r\ntransfer-encoding: x', 'Chunked'])}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    ),
  (draw) =>
    latin1(
      `${chunked}${draw.oneOf(['g\r\n{}\r\n', 'ffffffffffffffff1\r\n', '-1\r\n', '2\n{}\n0\n\n', '2;x="\r\n"\r\n{}\r\n0\r\n\r\n', '2\r\n{}0\r\n\r\n', `2;${'x'.repeat(20_000)}\r\n`])}`,
    ),
  (draw) =>
    latin1(
      `${chunked}2\r\n{}\r\n0\r\n${draw.oneOf(['x-injected: 1', 'content-length: 5', ': x', `x: ${'y'.repeat(20_000)}`])}\r\n\r\n`,
    ),
  () => latin1(`${post}content-length: 50\r\n\r\n{}`),
  // Headers.
  (draw) =>
    latin1(
      `GET /healthz HTTP/1.1\r\n${host}${draw.oneOf(['x y: 1', ': 1', 'x', ' x: 1', 'x\0: 1', 'x: \0', 'x: 1\r\n folded', 'x: 1\n', 'x:\r', `x: ${hostileText(draw)}`])}\r\n\r\n`,
    ),
  (draw) => latin1(`GET /healthz HTTP/1.1\r\n${host}${`x${draw.upTo(9)}: y\r\n`.repeat(draw.oneOf([100, 2_500]))}\r\n`),
  (draw) => latin1(`GET /postback?${'a'.repeat(draw.oneOf([8_000, 20_000]))} HTTP/1.1\r\n${host}\r\n`),
  (draw) => latin1(`${post}expect: ${draw.oneOf(['100-continue', '200-ok', ''])}\r\ncontent-length: 2\r\n\r\n{}`),
  // What is no WebSocket, or another's.
  (draw) =>
    latin1(
      `GET ${draw.oneOf(['/graphql', '/postback', '/x', 'http://[/graphql'])} HTTP/1.1\r\nhost: ${hostOf(draw)}\r\norigin: ${draw.oneOf(['http://x', 'null', ''])}\r\nconnection: upgrade\r\nupgrade: ${draw.oneOf(['websocket', 'h2c', 'x', 'WebSocket, h2c'])}\r\nsec-websocket-version: ${draw.oneOf(['13', '8', ''])}\r\nsec-websocket-key: ${draw.oneOf(['dGhlIHNhbXBsZSBub25jZQ==', 'x', ''])}\r\nsec-websocket-protocol: ${draw.oneOf(['graphql-transport-ws', 'graphql-ws', ',', ''])}\r\nsec-websocket-extensions: ${draw.oneOf(['permessage-deflate', ';', 'x; y="'])}\r\n\r\n`,
    ),
]

const hostOf = (draw: Draw): string =>
  draw.oneOf(['[', 'a b', '', ':80', 'x:99999', '[::1', '%', 'a/b', 'a@b', '127.0.0.1', 'ü', '<x>', 'x:y'])

export const rawHttp: OwnDoor = {
  ...{ name: 'raw HTTP', share: 1.5, lanes: 3, depth: 1 },
  async send(draw, world, sent) {
    const request = draw.oneOf(requests)(draw)
    sent(request)
    return judge(await sendAlone(world.url, request, { silentMs: 100, lingerMs: 10 }), false)
  },
}

function judge({ answers, rest }: Alone, isStream: boolean): Heard {
  // Whoever was let in as a WebSocket says nothing that could be wrong.
  const all = answers.filter(({ status }) => status !== 101 && status !== 100)
  let wrong = all.map((answer) => wrongWithAny(answer, true)).find((one) => one !== null) ?? null
  // A stream that goes on is no whole answer.
  const isOpen = isStream && /^HTTP\/1\.1 200 /.test(rest)
  if (isStream && all.length + Number(isOpen) !== 1) wrong ??= `${all.length} answers`
  if (/\n\s+at \S|node_modules|"INTERNAL"/.test(rest)) wrong ??= `in a stream: ${rest}`
  const told = isOpen ? ['200 open'] : answers.length === 0 ? ['no answer'] : answers.map(({ status }) => status)
  return { inputs: 1, answers: told, wrong, isBusy: answers.some(isBusy) }
}

/** Operations whose answers are streams of events. */
export const events: OwnDoor = {
  ...{ name: 'Server-Sent Events', share: 1, lanes: 2, depth: 1 },
  async send(draw, world, sent) {
    const operation = hostileOperation(draw, world, schema)
    const headers: Record<string, string> = { accept: 'text/event-stream', authorization: bearer(draw, world) }
    if (draw.happens(20)) headers['last-event-id'] = hostileText(draw)
    const query = `query=${escapeField(operation.query.slice(0, 2_000))}&variables=${escapeField(operation.variables.slice(0, 500))}`
    const request = draw.happens(30)
      ? writeRequest('GET', `/graphql?${query}`, headers)
      : writeRequest(
          'POST',
          '/graphql',
          { ...headers, 'content-type': 'application/json' },
          Buffer.from(writeOperation(draw, operation)),
        )
    sent(request)
    return judge(await sendAlone(world.url, request, { silentMs: 10_000, lingerMs: 40 }), true)
  },
}
