import type { DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'

/** Documents that were read and found valid, however they came. */
export type DocumentCache = LRUCache<string, DocumentNode>

const maxDocuments = 1_000
/** Of their texts; what is read of them and compiled takes some three hundred times as much. */
const maxCharacters = 250_000

export const createDocumentCache = (): DocumentCache =>
  new LRUCache({
    max: maxDocuments,
    maxSize: maxCharacters,
    sizeCalculation: ({ loc }) => loc?.source.body.length || 1,
  })
