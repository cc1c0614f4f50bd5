import { type GraphQLSchema, printSchema as printWithoutEnd } from 'graphql'

/** The schema as it is committed: every description, and a line's end at its end. */
export const printSchema = (schema: GraphQLSchema): string => `${printWithoutEnd(schema)}\n`
