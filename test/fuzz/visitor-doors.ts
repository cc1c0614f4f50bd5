import { parseParameters } from '../../src/intake/parse-parameters.js'
import { readAsJson } from '../../src/intake/visitor-body.js'
import { leadsAstray, noteClick, type Told } from './books.js'
import type { HttpDoor, HttpUnit } from './door.js'
import type { Draw } from './draw.js'
import { contentType, conversion, distort, form, isLarge, json, spoil } from './draw-postback.js'
import { type Fields, toJson, toQuery, writeRequest } from './encode.js'
import { hostileName, hostileText } from './hostile.js'
import type { HttpAnswer } from './read-answers.js'
import type { World } from './world.js'

const agents = ['Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0 Safari/537.36', 'curl/8', '', 'Googlebot/2.1'] as const
const clickNames = [
  'source',
  'creative',
  'keyword',
  'placement',
  'sub1',
  'sub2',
  'sub10',
  'cost',
  'test',
  'gclid',
  'ext',
] as const

function visit(draw: Draw): { fields: Fields; headers: Record<string, string> } {
  const fields = clickNames
    .filter(() => draw.happens(20))
    .map((name) => [name, draw.happens(50) ? `v${draw.upTo(20)}` : hostileText(draw)] as const)
  const headers = {
    'user-agent': draw.happens(70) ? draw.oneOf(agents) : hostileText(draw),
    'accept-language': draw.happens(70) ? 'de-CH,de;q=0.9' : hostileText(draw),
    ...(draw.happens(5) ? { 'x-forwarded-for': hostileText(draw), purpose: 'prefetch', 'sec-gpc': '1' } : {}),
  }
  return { fields: draw.happens(10) ? [...fields, [hostileName(draw), hostileText(draw)]] : fields, headers }
}

const checkClick = (answer: HttpAnswer, told: Told) =>
  leadsAstray(answer) ? `sent to ${answer.head}` : noteClick(told, answer)

export const click: HttpDoor = {
  ...{ name: 'click', share: 12, lanes: 2, depth: 3 },
  draw(draw, world) {
    const { fields, headers } = visit(draw)
    const isHead = draw.happens(3)
    const link = draw.happens(92)
      ? draw.oneOf(world.links)
      : draw.oneOf([`lnk_${'0'.repeat(26)}`, '%2e%2e', 'x', 'LNK_1', '__proto__'])
    const request = writeRequest(isHead ? 'HEAD' : 'GET', `/c/${link}?${toQuery(draw, fields)}`, headers)
    return { request, isHead, inputs: 1, check: checkClick }
  },
}

export const clickByPost: HttpDoor = {
  ...{ name: 'POST /clicks', share: 6, lanes: 1, depth: 3 },
  draw(draw, world) {
    const { fields, headers } = visit(draw)
    const type = draw.oneOf([form, json, 'text/plain', contentType(draw, json)])
    const all: Fields = [['link', draw.happens(90) ? draw.oneOf(world.links) : hostileText(draw)], ...fields]
    const text = type === form ? Buffer.from(toQuery(draw, all), 'latin1') : Buffer.from(toJson(draw, all))
    const request = writeRequest('POST', '/clicks', { ...headers, 'content-type': type }, spoil(draw, text))
    return { request, inputs: 1, isAlone: isLarge(request, 16), check: checkClick }
  },
}

export const pixel: HttpDoor = {
  ...{ name: 'pixel', share: 7, lanes: 1, depth: 3 },
  draw(draw, world) {
    const advertiser = draw.happens(90) ? world.advertiserId : draw.oneOf([hostileText(draw), `adv_${'0'.repeat(26)}`])
    const fields: Fields = [['advertiser_id', advertiser], ...distort(draw, conversion(draw, world))]
    const headers: Record<string, string> = draw.happens(30)
      ? { cookie: `pb_click=${draw.oneOf(world.clicks)}; x=${hostileText(draw)}` }
      : {}
    if (draw.happens(50))
      return pixelByQuery(writeRequest('GET', `/pixel.gif?${toQuery(draw, fields)}`, headers), world)
    const type = draw.oneOf([form, 'text/plain', json])
    const body = type === form ? Buffer.from(toQuery(draw, fields), 'latin1') : Buffer.from(toJson(draw, fields))
    const request = writeRequest('POST', '/pixel.gif', { ...headers, 'content-type': type }, body)
    const isAlone = isLarge(request, 16)
    return { request, inputs: 1, isAlone, check: (answer, told) => countKept(answer, told, 204) }
  },
}

/** Its answer is a picture whatever came of it, so we read for ourselves whom it names. */
function pixelByQuery(request: Buffer, { advertiserId }: World): HttpUnit {
  const target = request.toString('latin1').split(' ', 2)[1] ?? ''
  const { values } = parseParameters(target.slice(target.indexOf('?') + 1), null, readAsJson(undefined))
  const isKept = values.get('advertiser_id') === advertiserId
  const check = (answer: HttpAnswer, told: Told) =>
    answer.status !== 200 ? `${answer.status}` : isKept ? countKept(answer, told, 200) : null
  return { request, inputs: 1, check }
}

function countKept({ status }: HttpAnswer, { pixels }: Told, expected: number): string | null {
  if (status === expected) pixels.kept += 1
  return [expected, 400, 413].includes(status) ? null : `${status}`
}
