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

const previewers: [who: string, userAgent: string][] = [
  ['WhatsApp', 'WhatsApp/2.23.20.0'],
  ['WhatsApp on the web', 'WhatsApp/2.2413.1 W'],
  ['Slack', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)'],
  ["Slack's images", 'Slack-ImgProxy (+https://api.slack.com/robots)'],
  ['Facebook', 'facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)'],
  ['Meta', 'meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)'],
  [
    'iMessage',
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
  ],
  ['Telegram', 'TelegramBot (like TwitterBot)'],
  ['Discord', 'Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)'],
  ['LinkedIn', 'LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)'],
  ['X', 'Twitterbot/1.0'],
  ['Skype', 'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com'],
  ['Viber', 'Viber/23.2.0.3 CFNetwork/1496.0.7 Darwin/23.5.0'],
  ['LINE', 'facebookexternalhit/1.1;line-poker/1.0'],
  ['KakaoTalk', 'Mozilla/5.0 (compatible; kakaotalk-scrap/1.0; +https://devtalk.kakao.com/)'],
  ['Reddit', 'Mozilla/5.0 (compatible; redditbot/1.0; +http://www.reddit.com/feedback)'],
  ['Mastodon', 'Mastodon/4.3.0 (http.rb/5.2.0; +https://mastodon.social/) Bot'],
  ['Snapchat', 'Snap URL Preview Service; bot; snapchat; https://developers.snap.com/robots'],
  ['Bing', 'Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b'],
]
for (const [who, userAgent] of previewers) {
  test(`the preview that ${who} draws of a link is nobody's visit`, () => {
    assert.equal(visit({ 'user-agent': userAgent }).bot, true)
  })
}

const inApps: [where: string, userAgent: string][] = [
  [
    'Instagram',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 Instagram 334.0.4.32.98 (iPhone14,5; iOS 17_5; en_US)',
  ],
  [
    'Facebook',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/465.0.0.39.106;FBDV/iPhone14,5]',
  ],
  [
    'LINE',
    'Mozilla/5.0 (Linux; Android 14; SM-S918B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0 Mobile Safari/537.36 Line/14.8.0/IAB',
  ],
]
for (const [where, userAgent] of inApps) {
  test(`who follows a link within ${where} is a person`, () => {
    assert.equal(visit({ 'user-agent': userAgent }).bot, false)
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
