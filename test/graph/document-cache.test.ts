import assert from 'node:assert/strict'
import test from 'node:test'
import { parse } from 'graphql'
import { createDocumentCache } from '../../src/graph/document-cache.js'

test('documents are remembered up to a sum of their texts, the latest first', () => {
  const documents = createDocumentCache()
  const query = (index: number) => `{ viewer { a${index}: role } } ${'#'.repeat(1_000)}`
  for (let index = 0; index < 2_000; index += 1) documents.set(query(index), parse(query(index)))
  assert.ok(documents.calculatedSize <= 250_000 && documents.size > 200)
  assert.ok(documents.has(query(1_999)) && !documents.has(query(0)))
})
