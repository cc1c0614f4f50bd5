import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { transformSync } from '@swc/core'
import Fastify from 'fastify'
import { type Call, type Calls, type Page, track } from '../../src/intake/script/track.js'
import { createScriptRoute } from '../../src/intake/script-route.js'

const click = 'clk_01h455vb4pex5vsknk084sn02q'
const otherClick = 'clk_01h455vb4pex5vsknk084sn02r'
const dayMs = 86_400_000

interface Sent {
  readonly by: 'beacon' | 'fetch'
  readonly url: string
  readonly fields: Record<string, string>
}

/** A browser with one page open, as far as the script sees it, and what it remembers from page to page. */
function openBrowser({ refuses = false, storage = true, beacon = 'taken' } = {}) {
  const kept = new Map<string, string>()
  const cookies = new Map<string, string>()
  const sent: Sent[] = []
  const written: string[] = []
  const note = (by: Sent['by'], url: string, body: URLSearchParams) =>
    void sent.push({ by, url, fields: Object.fromEntries(body) })
  let answer: () => Promise<{ click?: string }> = async () => ({ click: otherClick })

  function visit(search = '', settings: Record<string, string> = {}, early?: readonly Call[], referrer = '') {
    const page: Page = {
      document: {
        referrer,
        get cookie() {
          return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
        },
        set cookie(text) {
          written.push(text)
          const [, name = '', value = '', seconds] = /^(\w+)=(\w*);.*max-age=(\d+)/.exec(text) ?? []
          if (Number(seconds) === 0) cookies.delete(name)
          else cookies.set(name, value)
        },
      },
      location: { origin: 'https://shop.example', protocol: 'https:', search },
      navigator: {
        globalPrivacyControl: refuses,
        ...(beacon !== 'unknown' && {
          sendBeacon: (url: string, body: URLSearchParams) => {
            if (beacon === 'taken') note('beacon', url, body)
            return beacon === 'taken'
          },
        }),
      },
      get localStorage() {
        if (!storage) throw new Error('The operation is insecure.')
        return {
          getItem: (key: string) => kept.get(key) ?? null,
          setItem: (key: string, value: string) => void kept.set(key, value),
          removeItem: (key: string) => void kept.delete(key),
        }
      },
      async fetch(url, request) {
        note('fetch', url, (request as { body: URLSearchParams }).body) // what the script passes it
        return { json: answer }
      },
      ...(early === undefined ? {} : { pulseback: early }),
    }
    const attributes: Record<string, string> = { 'data-advertiser': 'adv_1' }
    for (const [name, value] of Object.entries(settings)) attributes[`data-${name}`] = value
    track(page, { src: 'https://track.example/p/track.js?v=1', getAttribute: (name) => attributes[name] ?? null })
    return page.pulseback as Calls // what `track` leaves there
  }
  return {
    visit,
    sent,
    kept,
    cookies,
    written,
    answerClicks: (give: typeof answer) => {
      answer = give
    },
  }
}

test('what a page says is sent with the click that the visitor came by, on that page and later ones', () => {
  const browser = openBrowser()
  browser.visit(`?utm=1&click_id=${click}`)
  const { conversion } = browser.visit('')
  assert.equal(conversion({ event: 'sale', txid: 'A 1', amount: 49.9, currency: 'EUR', line: null }), true)
  assert.deepEqual(browser.sent, [
    {
      by: 'beacon',
      url: 'https://track.example/p/pixel.gif',
      fields: { advertiser_id: 'adv_1', click_id: click, event: 'sale', txid: 'A 1', amount: '49.9', currency: 'EUR' },
    },
  ])
})

test("an order without a click is nobody's, and is not sent", () => {
  const browser = openBrowser()
  for (const search of ['', '?click_id=', '?click_id={click_id}', '?click_id=clk_1', `?ref=${click}`]) {
    assert.equal(browser.visit(search).conversion({ txid: 'A' }), false, search)
  }
  assert.deepEqual(browser.sent, [])
})

test('the last click counts, under the name that the destination gives it', () => {
  const browser = openBrowser()
  browser.visit(`?ref=${click}`, { param: 'ref' })
  browser.visit(`?ref=${otherClick}`, { param: 'ref' })
  browser.visit('', { param: 'ref' }).conversion({})
  assert.equal(browser.sent[0]?.fields.click_id, otherClick)
})

test('a click is kept for as many days as it counts', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-06-01') })
  const browser = openBrowser()
  browser.visit(`?click_id=${click}`, { days: '7' })
  t.mock.timers.tick(7 * dayMs - 1)
  assert.equal(browser.visit('').conversion({}), true)
  t.mock.timers.tick(1)
  assert.equal(browser.visit('').conversion({}), false)
})

test('where pages may store nothing, a first-party cookie keeps the click', () => {
  const browser = openBrowser({ storage: false })
  browser.visit(`?click_id=${click}`, { days: '7' })
  assert.deepEqual(browser.written, [`pulseback_click=${click};path=/;max-age=604800;samesite=lax;secure`])
  assert.equal(browser.visit('').conversion({}), true)
})

test('a shop of several hosts keeps the click in a cookie of its domain', () => {
  const browser = openBrowser()
  browser.visit(`?click_id=${click}`, { domain: 'shop.example' })
  assert.match(browser.written[0] ?? '', /;domain=shop\.example$/)
  assert.equal(browser.kept.size, 0)
  assert.equal(browser.visit('').conversion({}), true)
})

test('under Global Privacy Control nothing is kept, and what was kept before is forgotten', () => {
  const browser = openBrowser({ refuses: true })
  browser.kept.set('pulseback_click', `${click} ${Date.now() + dayMs}`)
  browser.cookies.set('pulseback_click', click)
  assert.equal(browser.visit('').conversion({}), false)
  assert.deepEqual([browser.kept.size, browser.cookies.size], [0, 0])
  const here = browser.visit(`?click_id=${otherClick}`)
  assert.deepEqual([browser.kept.size, browser.cookies.size], [0, 0])
  assert.equal(here.conversion({}), true)
  assert.equal(browser.visit('').conversion({}), false)
})

for (const beacon of ['refused', 'unknown']) {
  test(`where a beacon is ${beacon}, the browser is asked to fetch`, () => {
    const browser = openBrowser({ beacon })
    browser.visit(`?click_id=${click}`).conversion({ txid: 'A' })
    assert.deepEqual(
      browser.sent.map(({ by, url, fields }) => [by, url, fields.txid]),
      [['fetch', 'https://track.example/p/pixel.gif', 'A']],
    )
  })
}

test('what a page wanted before the script was there is done when it is', () => {
  const browser = openBrowser()
  const calls = browser.visit(`?click_id=${click}`, {}, [['conversion', { txid: 'early' }]])
  calls.push(['conversion', { txid: 'late' }])
  assert.deepEqual(
    browser.sent.map(({ fields }) => fields.txid),
    ['early', 'late'],
  )
})

test('a visitor who came without a redirect gets a click of the link that the page names', async () => {
  const browser = openBrowser()
  const query = '?source=mail&sub1=x&gclid=G&msclkid=M&email=a%40b.example&link=lnk_2'
  const calls = browser.visit(query, { link: 'lnk_1' })
  assert.deepEqual(browser.sent, [
    {
      by: 'fetch',
      url: 'https://track.example/p/clicks',
      fields: { link: 'lnk_1', source: 'mail', sub1: 'x', gclid: 'G', msclkid: 'M' },
    },
  ])
  assert.equal(calls.conversion({ txid: 'at once' }), true)
  assert.equal(browser.sent.length, 1)
  await new Promise(setImmediate)
  assert.deepEqual([browser.sent[1]?.fields.click_id, browser.sent[1]?.fields.txid], [otherClick, 'at once'])
  assert.equal(browser.visit('').conversion({}), true)
})

test('no click is made of a page that a click led to, or of the way from page to page', async () => {
  const browser = openBrowser()
  const calls = browser.visit(`?click_id=${click}`, { link: 'lnk_1' })
  browser.visit('', { link: 'lnk_1' }, undefined, 'https://shop.example/home')
  assert.equal(await calls.click({ link: 'lnk_1' }), click)
  assert.deepEqual(browser.sent, [])
  browser.visit('', { link: 'lnk_1' }, undefined, 'https://shop.example.evil.example/')
  assert.equal(browser.sent.length, 1)
})

test('a click that was not kept leaves the one before in its place', async () => {
  const browser = openBrowser()
  const calls = browser.visit('')
  assert.equal(await calls.click({ link: 'lnk_1', creative: 'c' }), otherClick)
  for (const fails of [async () => ({}), () => Promise.reject(new Error('no JSON'))]) {
    browser.answerClicks(fails)
    assert.equal(await calls.click({ link: 'lnk_1' }), null)
  }
  calls.conversion({})
  assert.equal(browser.sent.at(-1)?.fields.click_id, otherClick)
})

test('the script counts once on a page that has it twice', () => {
  const browser = openBrowser()
  const calls = browser.visit(`?click_id=${click}`)
  const attributes: Record<string, string> = { 'data-link': 'lnk_1' }
  const page = {
    pulseback: calls,
    document: { referrer: '' },
    location: { search: '' },
    navigator: {},
  } as Partial<Page>
  // Of a page that has the script already nothing else is looked at.
  track(page as Page, { src: '', getAttribute: (name) => attributes[name] ?? null })
  assert.equal(page.pulseback, calls)
})

async function startScriptServer() {
  const app = Fastify()
  await app.register(createScriptRoute())
  return (headers = {}) => app.inject({ url: '/track.js', headers })
}

test('the script is small, and written in the ECMAScript of 2019', async () => {
  const { body } = await (await startScriptServer())()
  const gzipped = gzipSync(body).length
  assert.ok(gzipped < 2048, `${gzipped} bytes`)
  assert.doesNotMatch(body, /^\s*(\/\/|\/\*)/m)
  // A compiler that finds something newer writes it anew in what there was in 2019.
  const inThatOf = (target: 'es2019' | 'es2024') =>
    transformSync(body, { isModule: false, jsc: { target, parser: { syntax: 'ecmascript' } } }).code
  assert.equal(inThatOf('es2019'), inThatOf('es2024'))
  assert.doesNotMatch(body, /\d_\d|\dn\b|\.(at|replaceAll|flatMap|allSettled|hasOwn)\(|import\(/)
})

test('the script may be kept for an hour, read by any page, and is asked for again by its tag', async () => {
  const get = await startScriptServer()
  const { statusCode, headers } = await get()
  assert.equal(statusCode, 200)
  assert.match(String(headers['content-type']), /^text\/javascript/)
  assert.equal(headers['cache-control'], 'public, max-age=3600')
  assert.equal(headers['x-content-type-options'], 'nosniff')
  assert.equal(headers['access-control-allow-origin'], '*')
  assert.equal(headers['cross-origin-resource-policy'], 'cross-origin')
  const again = await get({ 'if-none-match': `"other", W/${headers.etag}` })
  assert.deepEqual([again.statusCode, again.body, again.headers.etag], [304, '', headers.etag])
  assert.equal((await get({ 'if-none-match': '"other"' })).statusCode, 200)
})
