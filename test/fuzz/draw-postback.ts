import type { Draw } from './draw.js'
import { type Fields, toJson } from './encode.js'
import { hostileBytes, hostileName, hostileText, mutate } from './hostile.js'
import type { World } from './world.js'

export const form = 'application/x-www-form-urlencoded'
export const json = 'application/json'

/** What senders say, most of it true. */
export function conversion(draw: Draw, world: World): [string, string][] {
  const txid = `t-${draw.upTo(3_000)}`
  const [click, order] = draw.oneOf([
    [['click_id', 'txid'], 'id'],
    [['click_id'], 'none'],
    [['txid'], 'id'],
    [['affiliate_id', 'campaign_id', 'txid'], 'id'],
    [['subid', 'tid'], 'id'],
  ] as const)
  const known: Readonly<Record<string, () => string>> = {
    click_id: () => draw.oneOf(world.clicks),
    subid: () => draw.oneOf(world.clicks),
    txid: () => (order === 'id' ? txid : ''),
    tid: () => txid,
    affiliate_id: () => draw.oneOf([world.affiliateId, 'ann']),
    campaign_id: () => draw.oneOf(world.campaignIds),
    amount: () => (draw.upTo(100_000) / 100).toString(),
    payout: () => draw.upTo(100).toString(),
    currency: () => draw.oneOf(['EUR', 'eur', 'USD']),
    event: () => draw.oneOf(['sale', 'sale', 'lead', 'install']),
    status: () => draw.oneOf(['pending', 'approved', 'rejected', 'reversed', 'APPROVED']),
    timestamp: () => draw.oneOf([() => new Date().toISOString(), () => String(Math.floor(Date.now() / 1000))])(),
    refund: () => draw.upTo(100).toString(),
    refund_id: () => `r-${draw.upTo(50)}`,
    line: () => draw.upTo(3).toString(),
    test: () => draw.oneOf(['1', '0']),
    return: () => draw.oneOf(['OK', 'postback received']),
  }
  const others = Object.keys(known).slice(6)
  const names = [...click, ...others.filter((name) => draw.happens(name === 'event' || name === 'amount' ? 60 : 8))]
  return names.map((name) => [name, known[name]?.() ?? ''])
}

/** Some of it no longer true, said twice, or never heard of. */
export function distort(draw: Draw, fields: [string, string][]): Fields {
  if (draw.happens(45)) return fields
  const changed = fields.map(([name, value]): [string, string] =>
    draw.happens(20) ? [name, draw.happens(70) ? hostileText(draw) : mutate(draw, value)] : [name, value],
  )
  if (draw.happens(20)) changed.push([hostileName(draw), hostileText(draw)])
  const [twice] = changed
  if (draw.happens(8) && twice !== undefined) changed.push([twice[0], draw.oneOf([twice[1], hostileText(draw)])])
  if (draw.happens(1)) for (let count = 0; count < 120; count += 1) changed.push([`p${count}`, 'x'])
  return draw.happens(50) ? changed : changed.reverse()
}

/** Perhaps too large: the server ends a connection with such an answer. */
export const isLarge = (request: Buffer, limitKb: number) => request.length > (limitKb - 2) * 1024

export const tokenOf = (draw: Draw, world: World): string => {
  if (draw.happens(85)) return world.token
  return draw.oneOf([
    world.otherToken,
    world.otherToken,
    `pbt_${'0'.repeat(32)}`,
    hostileText(draw),
    world.token.slice(1),
  ])
}

/** The token in a header or among the fields, and whatever else headers say. */
export function signOn(draw: Draw, world: World, fields: Fields, headers: Record<string, string>): Fields {
  if (draw.happens(6)) headers['idempotency-key'] = draw.oneOf([`k-${draw.upTo(500)}`, hostileText(draw)])
  if (draw.happens(2))
    Object.assign(headers, { 'webhook-id': 'msg_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' })
  if (draw.happens(3)) headers['x-forwarded-for'] = hostileText(draw)
  const token = tokenOf(draw, world)
  if (!draw.happens(20)) return [['token', token], ...fields]
  headers.authorization = `${draw.oneOf(['Bearer', 'bearer', 'Basic', ''])} ${token}`
  return draw.happens(10) ? [['token', tokenOf(draw, world)], ...fields] : fields
}

export const contentType = (draw: Draw, usual: string): string =>
  draw.happens(90)
    ? usual
    : draw.oneOf([
        `${usual}; charset=utf-8`,
        `${usual};charset=utf-16`,
        'text/plain',
        'multipart/form-data',
        usual.toUpperCase(),
        '',
        ';',
        'a/b/c',
      ])

/** Bytes of no encoding in a body, now and then. */
export function spoil(draw: Draw, body: Buffer): Buffer {
  if (!draw.happens(4)) return body
  const at = draw.upTo(body.length)
  return Buffer.concat([body.subarray(0, at), hostileBytes(draw), body.subarray(at)])
}

/** An entry of a batch. */
export const entry = (draw: Draw, world: World): string =>
  toJson(draw, [
    ...(draw.happens(5) ? ([['token', tokenOf(draw, world)]] as const) : []),
    ...distort(draw, conversion(draw, world)),
  ])
