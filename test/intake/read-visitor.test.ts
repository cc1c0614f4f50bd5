import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import test from 'node:test'
import { createVisitorNamer } from '../../src/intake/name-visitor.js'
import { readAddress } from '../../src/intake/read-address.js'
import { createVisitorReader, readLanguage } from '../../src/intake/read-visitor.js'

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36'
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1'
const googlebot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
const noon = Date.parse('2026-06-01T12:00:00Z')

const readVisitor = createVisitorReader({
  geo: (ip) => (ip === '192.0.2.1' ? { country: 'CH', region: 'ZH' } : { country: '', region: '' }),
  visitorSecret: 'secret',
})
const visit = (headers: Record<string, string>, method = 'GET', ip = '192.0.2.1') =>
  readVisitor({ method, headers, ip }, noon)

test("a browser's visit is read", () => {
  const { visitor, ...read } = visit({ 'user-agent': iphone, 'accept-language': 'de-ch,de;q=0.9' })
  assert.match(visitor, /^-?\d{1,19}$/)
  assert.deepEqual(read, {
    bot: false,
    country: 'CH',
    region: 'ZH',
    language: 'de-CH',
    device: 'mobile',
    os: 'iOS',
    browser: 'Safari',
    ip: '192.0.2.1',
    userAgent: iphone,
  })
})

const bots: [what: string, headers: Record<string, string>, method?: string][] = [
  ['a crawler', { 'user-agent': googlebot }],
  ['curl', { 'user-agent': 'curl/8.5.0' }],
  ['whoever does not say who', {}],
  ['an empty user agent', { 'user-agent': '' }],
  ['a prefetch', { 'user-agent': chrome, 'sec-purpose': 'prefetch;prerender' }],
  ['an old prefetch', { 'user-agent': chrome, purpose: 'prefetch' }],
  ["Firefox's prefetch", { 'user-agent': chrome, 'x-moz': 'prefetch' }],
  ['a HEAD request', { 'user-agent': chrome }, 'HEAD'],
]
for (const [what, headers, method] of bots) {
  test(`${what} is a bot, each time it comes`, () => {
    assert.equal(visit(headers, method).bot, true)
    assert.equal(visit(headers, method).bot, true)
    assert.equal(visit({ 'user-agent': chrome }).bot, false)
  })
}

test('an unreadable user agent and address do not stop a visit', () => {
  const read = visit({ 'user-agent': `\u0001${'x'.repeat(5000)}` }, 'GET', 'unknown')
  assert.equal(read.userAgent, 'x'.repeat(1024))
  assert.deepEqual([read.ip, read.country, read.os, read.browser], [null, '', '', ''])
})

for (const [header, language] of [
  ['de', 'de'],
  ['DE-ch', 'de-CH'],
  ['zh-Hant-TW;q=0.9', 'zh-TW'],
  ['es-419', 'es-419'],
  ['en-US,en;q=0.5', 'en-US'],
  ['sr-Latn', 'sr'],
  ['*', ''],
  ['', ''],
  ['english', ''],
  ['<script>', ''],
] as const) {
  test(`accept-language ${header} prefers "${language}"`, () => assert.equal(readLanguage(header), language))
}

test('a visitor keeps the name for a day and not longer, and shares it with nobody', () => {
  const name = createVisitorNamer('secret')
  const morning = name('192.0.2.1', chrome, Date.parse('2026-06-01T00:00:00Z'))
  assert.equal(name('192.0.2.1', chrome, Date.parse('2026-06-01T23:59:59.999Z')), morning)
  assert.notEqual(name('192.0.2.1', chrome, Date.parse('2026-06-02T00:00:00Z')), morning)
  assert.equal(name('192.0.2.1', chrome, noon), morning)
  assert.notEqual(name('192.0.2.2', chrome, noon), morning)
  assert.notEqual(name('192.0.2.1', iphone, noon), morning)
  assert.notEqual(createVisitorNamer('other')('192.0.2.1', chrome, noon), morning)
  assert.equal(
    morning,
    createHmac('sha256', 'secret2026-06-01').update(`192.0.2.1\n${chrome}`).digest().readBigInt64BE(0).toString(),
  )
})

for (const [ip, read] of [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8::1', '2001:db8::1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['unknown', null],
  ['192.0.2.1:8080', null],
  ['', null],
  [undefined, null],
] as const) {
  test(`the address ${ip} is read as ${read}`, () => assert.equal(readAddress(ip), read))
}
