import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { buildSchema, findBreakingChanges } from 'graphql'
import { schemaText } from '../../src/schema.js'

// From dist/test/graph back to the top of the project.
const top = new URL('../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, top), 'utf8')

describe('the schema', () => {
  test('is what schema.graphql says; `npm run schema` writes it anew', () => {
    assert.equal(schemaText, read('schema.graphql'))
  })

  test('still has every name that clients count on', () => {
    const promised = buildSchema(read('test/graph/core.graphql'))
    const breaking = findBreakingChanges(promised, buildSchema(schemaText))
    assert.deepEqual(
      breaking.map(({ description }) => description),
      [],
    )
  })
})
