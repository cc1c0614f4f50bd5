import { type GraphQLSchema, lexicographicSortSchema } from 'graphql'
import { buildSchemaSync, type NonEmptyArray, type PubSub } from 'type-graphql'
import { callDirectly } from './call-directly.js'

/**
 * The schema of these resolver classes. It comes out the same whatever the order in which modules were loaded, so that
 * it can be committed and compared. Whoever loads resolver classes has loaded `reflect-metadata` before them.
 */
export function buildSchema(resolvers: NonEmptyArray<new () => object>): GraphQLSchema {
  const schema = lexicographicSortSchema(buildSchemaSync({ resolvers, validate: false, pubSub: noTopics }))
  callDirectly(schema, resolvers)
  return schema
}

/** type-graphql insists on one, though every subscription here brings its own events and none has a topic. */
const noTopics: PubSub = {
  publish: () => undefined,
  subscribe() {
    throw new Error('there are no topics here')
  },
}
