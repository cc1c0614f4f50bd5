import assert from 'node:assert/strict'
import test from 'node:test'
import { blankSecrets, keepBody, keepUrl, maxKeptBytes } from '../../src/intake/blank-secrets.js'

const token = 'pbt_abc123'

const blanked: [what: string, text: string, expected: string][] = [
  ['the token under its name', '/postback?token=pbt_abc123&txid=1', '/postback?token=***&txid=1'],
  ['any value of token', '/postback?txid=1&token=guess', '/postback?txid=1&token=***'],
  ['the token in a form body', 'token=pbt_abc123&txid=1', 'token=***&txid=1'],
  ['a name that is escaped', '/postback?%74oke%6E=guess&a=1', '/postback?%74oke%6E=***&a=1'],
  ['the token elsewhere', '/postback?note=my+pbt_abc123+is', '/postback?note=my+***+is'],
  ['the token escaped', '/p?note=%70bt%5Fabc12%33!', '/p?note=***!'],
  ['the token half escaped, twice', '/p?a=pb%74_abc123&b=pbt_abc12%33', '/p?a=***&b=***'],
  ["somebody else's token", '/p?note=pbt_other9', '/p?note=***'],
  ['keys', '/p?a=pb_admin_1x&b=pb_affiliate_2y&c=pb_analyst_z&d=pb_advertiser_0', '/p?a=***&b=***&c=***&d=***'],
  ['a signing key', '/p?a=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw&b=whsec_a%2Bb%3D', '/p?a=***&b=***'],
  ['a signing key whose pluses were read as spaces', 'whsec_ KYq wUPD', '***'],
  ['a signing key as PHP and .NET write it in JSON', '{"a":"whsec_K\\/q\\u002Bw","b":1}', '{"a":"***","b":1}'],
  ["a session's token", '/p?a=eyJhbGciOi.eyJzaWQi-_.x-_9&b=1', '/p?a=***&b=1'],
  ['an escaped key', '/p?a=pb%5fadmin%5f1x', '/p?a=***'],
  ['the token in JSON', '{"token":"pbt_abc123","a":1}', '{"token":"***","a":1}'],
  ['a token in JSON with anything in it', '{"token" : "a\\"b,}c" ,"a":1}', '{"token" : "***" ,"a":1}'],
  ['a token in JSON that is a number', '{"token":123,"a":1}', '{"token":"***","a":1}'],
  ['JSON escapes', '{"tok\\u0065n":"x","n":"pb\\u0074_abc123"}', '{"tok\\u0065n":"***","n":"***"}'],
  ['JSON that breaks off', '{"token":"pbt_ab', '{"token":"***"'],
]
for (const [what, text, expected] of blanked) {
  test(`blanked: ${what}`, () => assert.equal(blankSecrets(text, token), expected))
}

for (const text of [
  '/postback?txid=A-1&amount=5&timestamp=2026-06-01T12%3A00%3A00%2B02%3A00',
  '/postback?mytoken=1&token2=2&token=',
  '/postback?note=pb_nobody_1&b=pbt_',
  '{"txid":"A-1","tokens":"x","a":"ä%41"}',
]) {
  test(`left as it is: ${text}`, () => assert.equal(blankSecrets(text, token), text))
}

test('a token of another form is blanked where it occurs', () => {
  assert.equal(blankSecrets('/p?a=S3cret.x&b=S3cret%2Ex', 'S3cret.x'), '/p?a=***&b=***')
})

test('a body is kept as text that a database takes', () => {
  assert.equal(keepBody(Buffer.from('a=\x00\xff', 'latin1'), token), 'a=\u2400\ufffd')
  assert.equal(keepBody(Buffer.alloc(0), token), null)
  assert.equal(keepBody(null, token), null)
})

test('of a URL only what stands behind its host is kept', () => {
  assert.equal(keepUrl('http://user:password@track.example/postback?a=1', token), '/postback?a=1')
})

test('a URL with raw bytes in it is kept as the text that they are', () => {
  assert.equal(keepUrl('/p?a=\xc3\xa4\xff', token), '/p?a=ä\ufffd')
})

test('at most 16 KB are kept, cut between characters', () => {
  const kept = keepBody(Buffer.from(`x${'👟'.repeat(5000)}`), token)
  assert.equal(Buffer.byteLength(kept ?? ''), maxKeptBytes - 3)
  assert.equal(kept?.isWellFormed(), true)
})

test('a secret across the cut is blanked before it', () => {
  const kept = keepBody(Buffer.from(`${'x'.repeat(maxKeptBytes - 6)}${token}`), token) ?? ''
  assert.doesNotMatch(kept, /pbt/)
})

test('blanking a hostile body of 64 KB stays quick', () => {
  const bodies = ['"token"', '"token" '.padEnd(65536), '%41', '\\u00', '{"token":"\\', 'token=&', 'pb_admin_', '"\\"']
  for (const part of bodies) {
    const body = Buffer.from(part.repeat(Math.ceil(65536 / part.length)).slice(0, 65536))
    const begun = process.threadCpuUsage()
    keepBody(body, token)
    // What this thread worked: on a busy machine it may have waited for longer.
    assert.ok(process.threadCpuUsage(begun).user < 500_000, part)
  }
})
