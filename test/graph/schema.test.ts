import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { buildSchema, findBreakingChanges } from 'graphql'
import { schemaText } from '../../src/schema.js'
import { writtenDocs } from '../support/written-docs.js'

// From dist/test/graph back to the top of the project.
const top = new URL('../../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, top), 'utf8')

describe('the schema', () => {
  for (const [path, text] of Object.entries(writtenDocs)) {
    test(`is what ${path} says; \`npm run schema\` writes it anew`, () => {
      assert.equal(text, read(path))
    })
  }

  test('still has every name that clients count on', () => {
    const promised = buildSchema(read('test/graph/core.graphql'))
    const breaking = findBreakingChanges(promised, buildSchema(schemaText))
    assert.deepEqual(
      breaking.map(({ description }) => description),
      [],
    )
  })
})
