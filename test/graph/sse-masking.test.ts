import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { createEventStream, type EventStreamOptions } from '../../src/graph/sse.js'

test('an error that nobody expected on the way to a stream is masked: its text stays in the log', async () => {
  const logged: unknown[] = []
  const broken = new Error('a secret about our database')
  // The least that an event stream needs to get as far as its operation.
  const options = {
    authenticator: { open: async () => ({ scope: {}, session: null }) },
    connections: { hasRoomFor: () => true },
    publicUrl: () => 'http://localhost',
    operations: {
      prepare() {
        throw broken
      },
      logError: (error: unknown) => void logged.push(error),
    },
  } as unknown as EventStreamOptions<never>
  const app = Fastify()
  app.get('/graphql', createEventStream(options))
  const response = await app.inject({ method: 'GET', url: '/graphql?query={viewer{role}}' })
  assert.equal(response.statusCode, 500)
  const { errors } = response.json() as { errors: { message: string; extensions: { code: string } }[] }
  assert.equal(errors[0]?.extensions.code, 'INTERNAL')
  assert.doesNotMatch(response.body, /secret/)
  assert.deepEqual(logged, [broken])
  await app.close()
})
