import { schema } from '../../src/schema.js'
import { type HttpDoor, isOneOf } from './door.js'
import type { Draw } from './draw.js'
import { type Fields, toQuery, writeRequest } from './encode.js'
import { hostileBytes, hostileJson, hostileName, hostileText, mutate } from './hostile.js'
import { hostileOperation, writeOperation } from './operations.js'
import type { World } from './world.js'

/** Mostly a key that opens; of whatever role. */
export function bearer(draw: Draw, world: World): string {
  if (draw.happens(95)) return `Bearer ${draw.oneOf(world.keys)}`
  return draw.oneOf([
    '',
    'Bearer',
    'Bearer  ',
    `Basic ${world.adminKey}`,
    `Bearer ${hostileText(draw)}`,
    'Bearer eyJhbGciOiJub25lIn0.e30.',
  ])
}

export const graphql: HttpDoor = {
  ...{ name: 'GraphQL HTTP', share: 8, lanes: 4, depth: 1 },
  draw(draw, world) {
    const operation = hostileOperation(draw, world, schema)
    const headers: Record<string, string> = { authorization: bearer(draw, world) }
    if (draw.happens(20))
      headers.accept = draw.oneOf([
        'application/json',
        'application/graphql-response+json',
        '*/*',
        'text/html',
        hostileText(draw),
      ])
    const check = isOneOf(200, 400, 401, 405, 406, 413, 415)
    if (draw.happens(15)) {
      const { query, variables, operationName } = operation
      const fields: Fields = [
        ['query', query.slice(0, 3_000)],
        ['variables', variables.slice(0, 1_000)],
      ]
      if (!draw.happens(5)) headers['apollo-require-preflight'] = '1'
      const target = `/graphql?${toQuery(draw, operationName === undefined ? fields : [...fields, ['operationName', operationName]])}`
      return { request: writeRequest('GET', target, headers), inputs: 1, check }
    }
    headers['content-type'] = draw.happens(95)
      ? 'application/json'
      : draw.oneOf(['text/plain', 'application/graphql', 'application/json; charset=latin1', 'multipart/form-data'])
    const text = draw.happens(4)
      ? draw.oneOf([hostileJson(draw), `[${writeOperation(draw, operation)}]`])
      : writeOperation(draw, operation)
    const body = draw.happens(3) ? Buffer.concat([Buffer.from(text), hostileBytes(draw)]) : Buffer.from(text)
    return { request: writeRequest('POST', '/graphql', headers, body), inputs: 1, check }
  },
}

const exportNames = ['conversions', 'changes', 'clicks', 'performance'] as const
const parameters = [
  ...[
    'campaignIds',
    'advertiserIds',
    'affiliateIds',
    'linkIds',
    'clickIds',
    'events',
    'statuses',
    'sources',
    'keywords',
    'countries',
  ],
  ...[
    'transactionId',
    'minRevenue',
    'test',
    'from',
    'to',
    'sub1',
    'sub10',
    'groupBy',
    'interval',
    'range',
    'timeZone',
    'basis',
  ],
  ...['fill', 'first', 'orderBy', 'descending', 'format', 'raw', 'after', 'sources[]', 'bot'],
]

function exportParameter(draw: Draw, world: World, name: string): string {
  if (draw.happens(40)) return hostileText(draw)
  const known: Readonly<Record<string, readonly string[]>> = {
    campaignIds: world.campaignIds,
    clickIds: world.clicks,
    statuses: ['APPROVED', 'PENDING,APPROVED'],
    from: ['2026-01-01T00:00:00Z', new Date().toISOString()],
    to: ['2026-12-31T00:00:00Z', new Date().toISOString()],
    groupBy: ['CAMPAIGN', 'SOURCE,SUB1', 'DAY'],
    interval: ['DAY', 'HOUR'],
    range: ['TODAY', 'LAST_7_DAYS'],
    timeZone: ['Europe/Berlin', 'UTC', 'Asia/Kathmandu'],
    basis: ['EVENT', 'CLICK', 'CHANGE'],
    format: ['csv', 'ndjson'],
    orderBy: ['REVENUE', 'CLICKS'],
    first: ['1', '100'],
  }
  return draw.oneOf(known[name] ?? ['true', 'false', '1', 'x', ''])
}

export const exported: HttpDoor = {
  ...{ name: 'exports', share: 2, lanes: 2, depth: 1 },
  draw(draw, world) {
    const names = parameters.filter(() => draw.happens(7))
    const fields: [string, string][] = names.map((name) => [name, exportParameter(draw, world, name)])
    if (draw.happens(10)) fields.push([hostileName(draw), hostileText(draw)])
    // Whoever sees everything would be sent everything.
    const isSmall = names.some((name) => ['transactionId', 'clickIds', 'sub10', 'after'].includes(name))
    const key = isSmall && draw.happens(50) ? world.adminKey : world.smallKey
    const headers: Record<string, string> = { authorization: `Bearer ${key}` }
    if (draw.happens(10)) headers['if-none-match'] = draw.oneOf(['*', '"x"', 'W/"x", "y"', hostileText(draw)])
    const path = draw.happens(97) ? draw.oneOf(exportNames) : draw.oneOf(['__proto__', 'constructor', '', '%2e%2e'])
    const method = draw.happens(3) ? 'HEAD' : 'GET'
    const request = writeRequest(method, `/export/${path}?${toQuery(draw, fields)}`, headers)
    return { request, isHead: method === 'HEAD', inputs: 1, check: isOneOf(200, 304, 400, 401, 403, 404, 413, 429) }
  },
}

const columns = [
  'txid',
  'amount',
  'currency',
  'status',
  'event',
  'click_id',
  'date',
  'order_id',
  'line',
  'sum',
] as const

export const reconciled: HttpDoor = {
  ...{ name: 'reconcile', share: 1, lanes: 1, depth: 1 },
  draw(draw, world) {
    const cell = () =>
      draw.happens(70) ? draw.oneOf(['t-1', '10.00', 'EUR', 'approved', 'sale', '2026-06-01']) : hostileText(draw)
    const delimiter = draw.oneOf([',', ',', ';', '\t', '|'])
    const header = columns.filter(() => draw.happens(50)).map((name) => (draw.happens(95) ? name : hostileText(draw)))
    const rows = Array.from({ length: draw.upTo(30) }, () =>
      header.map(() => (draw.happens(20) ? `"${cell()}${draw.oneOf(['"', '"', '"', ''])}` : cell())).join(delimiter),
    )
    const text = Buffer.from([header.join(delimiter), ...rows].join(draw.oneOf(['\n', '\r\n', '\r'])))
    const body = draw.happens(10) ? Buffer.concat([hostileBytes(draw), text]) : text
    const names = ['campaignIds', 'event', 'from', 'to', 'tolerance', 'first', 'delimiter', 'decimal'].filter(() =>
      draw.happens(8),
    )
    const fields: [string, string][] = [['advertiserId', draw.happens(95) ? world.advertiserId : hostileText(draw)]]
    for (const name of names) fields.push([name, exportParameter(draw, world, name)])
    if (draw.happens(5)) fields.push([hostileName(draw), hostileText(draw)])
    const charset = draw.happens(90)
      ? ''
      : `; charset=${draw.oneOf(['utf-8', 'latin1', 'utf-16le', 'windows-1252', 'x', hostileText(draw)])}`
    const headers: Record<string, string> = { authorization: bearer(draw, world), 'content-type': `text/csv${charset}` }
    if (draw.happens(30)) headers.accept = 'text/csv'
    const request = writeRequest('POST', `/reconcile?${toQuery(draw, fields)}`, headers, body)
    return { request, inputs: 1, check: isOneOf(200, 400, 401, 403, 404, 413, 415, 429) }
  },
}

const paths = [
  '/session',
  '/session',
  '/',
  '/schema.graphql',
  '/healthz',
  '/readyz',
  '/metrics',
  '/track.js',
  '/assets/x',
  '/favicon.ico',
  '/nothing',
]

/** Sessions, and whatever else there is or is not. */
export const others: HttpDoor = {
  ...{ name: 'sessions and others', share: 2, lanes: 2, depth: 1 },
  draw(draw, world) {
    const path = draw.happens(90) ? draw.oneOf(paths) : `/${toQuery(draw, [['x', hostileText(draw)]])}`
    const headers: Record<string, string> = { authorization: bearer(draw, world), accept: 'application/json' }
    if (draw.happens(20))
      headers.origin = draw.oneOf(['null', 'https://evil.example', 'http://localhost:1', hostileText(draw)])
    const isPost = path === '/session' && draw.happens(80)
    const check = isOneOf(200, 201, 204, 400, 401, 403, 404, 405, 413, 415)
    if (!isPost) {
      const method = draw.happens(90) ? 'GET' : draw.oneOf(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE'])
      const isPage = path === '/'
      const request = writeRequest(
        method,
        `${path}?${toQuery(draw, [[hostileName(draw), hostileText(draw)]])}`,
        headers,
      )
      return { request, inputs: 1, isPage, check }
    }
    headers['content-type'] = draw.happens(95) ? 'application/json' : 'text/plain'
    const wish = { role: draw.oneOf(['AFFILIATE', 'ADMIN', 'x']), affiliateId: world.affiliateId, ttlSeconds: 60 }
    const text = draw.happens(40)
      ? JSON.stringify(wish)
      : draw.oneOf([mutate(draw, JSON.stringify(wish)), hostileJson(draw)])
    return { request: writeRequest('POST', path, headers, Buffer.from(text)), inputs: 1, check }
  },
}
