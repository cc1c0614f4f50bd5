import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import type { ClientBase } from 'pg'
import { createTogether } from '../../src/database/send-together.js'

test('what is sent at once, by whomever, goes out in one write, in order', async () => {
  const written: string[] = []
  const stream = new Writable({
    writev(chunks, done) {
      written.push(chunks.map(({ chunk }) => String(chunk)).join(' '))
      done()
    },
  })
  // As much of a client as it is written to.
  const together = createTogether({ connection: { stream } } as unknown as ClientBase)
  const send = (text: string) => {
    together()
    stream.write(text)
  }
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  await turn()
  send('begin')
  Promise.resolve().then(() => send('read'))
  assert.deepEqual(written, [])
  await turn()
  assert.deepEqual(written, ['begin read'])
  // As two loaders do whose keys were gathered in one tick.
  for (const kind of ['campaigns', 'affiliates']) process.nextTick(() => Promise.resolve().then(() => send(kind)))
  await turn()
  assert.deepEqual(written, ['begin read', 'campaigns affiliates'])
  send('commit')
  await turn()
  assert.deepEqual(written, ['begin read', 'campaigns affiliates', 'commit'])
})
