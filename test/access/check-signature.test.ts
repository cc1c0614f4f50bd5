import assert from 'node:assert/strict'
import test from 'node:test'
import { Webhook } from 'standardwebhooks'
import {
  createSignatureCheck,
  maxSigningKeys,
  newSigningSecret,
  toSigningKey,
} from '../../src/access/check-signature.js'

const isSigned = createSignatureCheck()
const atMs = Date.parse('2026-06-01T12:00:00Z')
const secrets = Array.from({ length: maxSigningKeys }, newSigningSecret)
const keys = secrets.map(toSigningKey)

function message(secret: string, body: string) {
  const signature = new Webhook(secret).sign('msg_1', new Date(atMs), body)
  return { id: 'msg_1', timestamp: String(atMs / 1000), signature, body: body === '' ? null : Buffer.from(body) }
}

test('each of the keys that are valid is as good as the others', () => {
  for (const secret of secrets) assert.ok(isSigned(message(secret, '{"txid":"Zürich ✓"}'), keys))
})

test('an empty body is signed as well', () => {
  assert.ok(isSigned(message(secrets[0] ?? '', ''), keys))
})

test('where there is no key nothing is right', () => {
  assert.ok(!isSigned(message(secrets[0] ?? '', 'a'), []))
  assert.ok(!isSigned({ ...message(secrets[0] ?? '', 'a'), signature: '' }, []))
})

test('two bodies that are no UTF-8 are two bodies', () => {
  const [key] = keys
  assert.ok(key)
  const signed = message(secrets[0] ?? '', '\ufffd')
  assert.ok(isSigned(signed, [key]))
  assert.ok(!isSigned({ ...signed, body: Buffer.from([0xff]) }, [key]))
})
