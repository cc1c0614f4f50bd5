import { noteBatch, notePostback, type Told } from './books.js'
import type { HttpDoor, HttpUnit } from './door.js'
import type { Draw } from './draw.js'
import { contentType, conversion, distort, entry, form, isLarge, json, signOn, spoil } from './draw-postback.js'
import { type Headers, toJson, toQuery, writeRequest } from './encode.js'
import { hostileJson, mutate } from './hostile.js'
import type { HttpAnswer } from './read-answers.js'
import type { World } from './world.js'

const ndjson = 'application/x-ndjson'
const maxEntries = 60

const postback = (request: Buffer): HttpUnit => ({
  request,
  inputs: 1,
  isAlone: isLarge(request, 64),
  check: (answer, told) => notePostback(told, answer),
})

export const postbackByQuery: HttpDoor = {
  ...{ name: 'postback GET', share: 15, lanes: 2, depth: 3 },
  draw(draw, world) {
    const headers: Record<string, string> = {}
    const fields = signOn(draw, world, distort(draw, conversion(draw, world)), headers)
    const method = draw.happens(2) ? draw.oneOf(['PUT', 'DELETE', 'PATCH']) : 'GET'
    return postback(writeRequest(method, `/postback?${toQuery(draw, fields)}`, headers))
  },
}

export const postbackByForm: HttpDoor = {
  ...{ name: 'postback form', share: 10, lanes: 2, depth: 3 },
  draw(draw, world) {
    const headers: Record<string, string> = { 'content-type': contentType(draw, form) }
    const fields = signOn(draw, world, distort(draw, conversion(draw, world)), headers)
    const body = Buffer.from(toQuery(draw, fields), 'latin1')
    return postback(writeRequest('POST', `/postback${draw.happens(5) ? '?txid=q' : ''}`, headers, spoil(draw, body)))
  },
}

export const postbackByJson: HttpDoor = {
  ...{ name: 'postback JSON', share: 12, lanes: 2, depth: 3 },
  draw(draw, world) {
    const headers: Record<string, string> = { 'content-type': contentType(draw, json) }
    const fields = signOn(draw, world, distort(draw, conversion(draw, world)), headers)
    const text = draw.happens(4) ? hostileJson(draw) : toJson(draw, fields)
    return postback(writeRequest('POST', '/postback', headers, spoil(draw, Buffer.from(text))))
  },
}

/** What is far too long: the server ends the connection with its answer. */
export const hugePostback: HttpDoor = {
  ...{ name: 'postback of 1 MB', share: 0.1, lanes: 1, depth: 1 },
  draw(draw, world) {
    const [path, type, text] = draw.oneOf([
      ['/postback', json, `{"txid":"${'x'.repeat(1 << 20)}"}`],
      ['/postback', form, `amount=${'9'.repeat(1 << 20)}`],
      ['/pixel.gif', json, '['.repeat(1 << 20)],
      ['/clicks', json, `{"a":${'['.repeat(1 << 20)}`],
      ['/postback/batch', json, `["${'x'.repeat(5 << 20)}"]`],
    ] as const)
    const headers = { 'content-type': type, authorization: `Bearer ${world.token}` }
    const check = ({ status }: HttpAnswer) => (status === 413 ? null : `${status} to what is too large`)
    return { request: writeRequest('POST', path, headers, Buffer.from(text)), inputs: 1, isAlone: true, check }
  },
}

function batch(draw: Draw, world: World, type: string, body: Buffer, count: number): HttpUnit {
  const headers: Headers = {
    'content-type': type,
    authorization: `Bearer ${world.token}`,
    ...(draw.happens(10) ? { 'idempotency-key': `b-${draw.upTo(50)}` } : {}),
  }
  const check = (answer: HttpAnswer, told: Told) => noteBatch(told, answer, count)
  return { request: writeRequest('POST', '/postback/batch', headers, body), inputs: Math.max(1, count), check }
}

export const batchOfLines: HttpDoor = {
  ...{ name: 'batch NDJSON', share: 14, lanes: 1, depth: 4 },
  draw(draw, world) {
    const lines = Array.from({ length: 1 + draw.upTo(maxEntries) }, () => {
      if (draw.happens(90)) return entry(draw, world)
      return draw
        .oneOf([() => mutate(draw, entry(draw, world)), () => hostileJson(draw), () => ''])()
        .replaceAll('\n', ' ')
    })
    // A text in UTF-8 has no halves of pairs.
    const text = Buffer.from(lines.join(draw.oneOf(['\n', '\n', '\r\n', '\n\n'])))
    const count = text
      .toString()
      .split('\n')
      .filter((line) => line.trim() !== '').length
    return batch(draw, world, ndjson, text, count)
  },
}

export const batchOfArray: HttpDoor = {
  ...{ name: 'batch array', share: 7, lanes: 1, depth: 4 },
  draw(draw, world) {
    const values = Array.from({ length: 1 + draw.upTo(maxEntries) }, () => {
      if (draw.happens(92)) return entry(draw, world)
      const text = hostileJson(draw)
      return isJson(text) ? text : '{}'
    }).filter(isJson)
    if (draw.happens(5)) return batch(draw, world, json, Buffer.from(mutate(draw, `[${values[0]}]`)), 1)
    return batch(draw, world, json, Buffer.from(`[${values.join(' , ')}]`), values.length)
  },
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
