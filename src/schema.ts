import 'reflect-metadata'
import { catalogResolvers } from './catalog/resolvers.js'
import { buildSchema } from './graph/build-schema.js'
import { printSchema } from './graph/print-schema.js'
import { LiveResolver } from './live/live.resolver.js'
import { reportingResolvers } from './reporting/resolvers.js'
import { QueuedResolver } from './spool/queued.resolver.js'

/** The whole API. `schema.graphql` is its text, committed; a test tells when the two differ. */
export const schema = buildSchema([...catalogResolvers, ...reportingResolvers, QueuedResolver, LiveResolver])
export const schemaText = printSchema(schema)
