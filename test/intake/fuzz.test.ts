import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { keepBody, keepUrl, maxKeptBytes } from '../../src/intake/blank-secrets.js'
import { fillDestination } from '../../src/intake/destination.js'
import { maxValueLength, parseParameters } from '../../src/intake/parse-parameters.js'
import { createPostbackParser } from '../../src/intake/parse-postback.js'
import { presetTable } from '../../src/intake/presets/tables.js'
import { readClickQuery } from '../../src/intake/read-click-query.js'
import { isRefusal } from '../../src/intake/refusal.js'
import type { AffiliateId, CampaignId, ClickId, LinkId } from '../../src/kernel/ids.js'
import { presets } from '../../src/kernel/vocabulary.js'

const token = 'pbt_abc123'
const uuid = '01890a5d-ac96-774b-bcce-b302099a8057'
const parsePostback = createPostbackParser()

/** The token with some of its characters percent-encoded, or as JSON escapes. */
const disguised = fc
  .array(fc.constantFrom('plain', 'lower', 'upper'), { minLength: token.length, maxLength: token.length })
  .map((ways) => ways.map((way, at) => disguise(token[at] ?? '', way)).join(''))

function disguise(char: string, way: string): string {
  const hex = char.charCodeAt(0).toString(16)
  return way === 'plain' ? char : `%${way === 'upper' ? hex.toUpperCase() : hex}`
}
const jsonEscaped = [...token].map((char) => `\\u00${char.charCodeAt(0).toString(16)}`).join('')

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString('latin1'))
const pieces = fc.oneof(
  disguised,
  fc.constant(jsonEscaped),
  bytes,
  fc.constantFrom(
    '&',
    '=',
    '%',
    '+',
    '"',
    '{',
    '}',
    ',',
    ':',
    '\\',
    'token',
    '"token":"',
    'token=',
    '%74oken=',
    '%00',
    '%ff',
    '\\ud800',
  ),
  fc.constantFrom(
    'click_id=',
    'subid=',
    'payout=',
    'Status=',
    '{clickid}',
    'amount=',
    'timestamp=',
    'currency=',
    'status=',
    'txid=',
    '"txid":',
    '1e309',
    '2026-01-01T00:00:00Z',
  ),
  fc.constantFrom('pb_admin_x9', 'pb%5Fadmin_x9'),
)
const requestText = fc.array(pieces, { maxLength: 30, size: 'large' }).map((parts) => parts.join(''))
const contentType = fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/plain', undefined)

const isClean = (text: string) => text.isWellFormed() && !/\p{Cc}/u.test(text)

test('whatever is sent, it is read or refused, and what is read is clean', () => {
  fc.assert(
    fc.property(requestText, requestText, contentType, fc.constantFrom(...presets), (query, body, type, preset) => {
      const parameters = parseParameters(query, Buffer.from(body, 'latin1'), type)
      for (const [name, value] of parameters.values) {
        assert.ok(isClean(name) && isClean(value) && value !== '' && value.length <= maxValueLength)
      }
      const read = parsePostback(parameters, presetTable(preset), Date.parse('2026-06-01T12:00:00Z'))
      if (!isRefusal(read)) return
      assert.match(read.code, /^[A-Z_]+$/)
      assert.ok([400, 422].includes(read.httpStatus))
      assert.ok(read.field === null || isClean(read.field))
    }),
    { numRuns: 3000 },
  )
})

/** Halves of surrogate pairs too, which JSON can say and UTF-8 cannot. */
const anyText = fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)) })

test('any JSON is read or refused', () => {
  fc.assert(
    fc.property(fc.json(), fc.dictionary(anyText, fc.oneof(anyText, fc.jsonValue({ maxDepth: 1 }))), (any, members) => {
      parseParameters('', Buffer.from(any), 'application/json')
      const parameters = parseParameters('', Buffer.from(JSON.stringify(members)), 'application/json')
      for (const entry of parameters.values) assert.ok(entry.every(isClean))
      if (parameters.refusal !== null) return
      for (const [name, value] of Object.entries(members)) {
        const expected =
          value === null || value === '' ? undefined : typeof value === 'number' ? JSON.stringify(value) : String(value)
        assert.equal(parameters.values.get(name), expected)
      }
    }),
    { numRuns: 3000 },
  )
})

test('a form that a browser would write is read as what was meant', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name, maxLength: 20 }), (pairs) => {
      const parameters = parseParameters(
        '',
        Buffer.from(new URLSearchParams(pairs).toString()),
        'application/x-www-form-urlencoded',
      )
      if (!pairs.every(([name, value]) => isClean(name) && isClean(value))) return
      assert.equal(parameters.refusal, null)
      assert.deepEqual([...parameters.values], pairs)
    }),
  )
})

test('no receipt has a secret in it, plain or escaped, or a text that a database refuses', () => {
  fc.assert(
    fc.property(requestText, requestText, (query, body) => {
      for (const kept of [keepUrl(`/postback?${query}`, token), keepBody(Buffer.from(body, 'latin1'), token) ?? '']) {
        assert.ok(kept.isWellFormed() && !kept.includes('\0') && Buffer.byteLength(kept) <= maxKeptBytes)
        for (const text of [kept, unescapeAll(kept)]) {
          assert.ok(!text.includes(token), kept)
          assert.doesNotMatch(text, /pb_admin_[a-z0-9]/)
        }
      }
    }),
    { numRuns: 3000 },
  )
})

const unescapeAll = (text: string) =>
  text.replace(/%([\da-f]{2})|\\u00([\da-f]{2})/gi, (_, percent, json) =>
    String.fromCharCode(Number.parseInt(percent ?? json, 16)),
  )

test('any click is read, and its destination fits a header and keeps its host', () => {
  const texts = { source: '', creative: '', keyword: '', placement: '', subs: {} }
  const names = fc.constantFrom('source=', 'sub1=', 'cost=', 'gclid=', '&')
  const query = fc.array(fc.oneof(names, pieces, fc.constantFrom('%F0%9F%91%9F', '%0d%0a')), { maxLength: 30 })
  fc.assert(
    fc.property(query, (parts) => {
      const click = readClickQuery(parts.join(''), texts)
      for (const text of [click.source, click.externalId ?? '', ...Object.values(click.subs)]) {
        assert.ok(isClean(text) && Buffer.byteLength(text) <= 255)
      }
      const ids = {
        id: uuid as ClickId,
        campaignId: uuid as CampaignId,
        affiliateId: uuid as AffiliateId,
        linkId: uuid as LinkId,
      }
      const url = fillDestination('https://shop.test/{source}?a={sub1}&c={click_id}', {
        ...ids,
        ...click,
        affiliateRef: 'joe',
        country: '',
      })
      assert.match(url, /^[\x21-\x7e]+$/)
      assert.equal(new URL(url).host, 'shop.test')
    }),
    { numRuns: 2000 },
  )
})
