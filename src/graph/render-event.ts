import type { DocumentNode } from 'graphql'
import type { Payload } from '../live/payload.js'
import type { Execute } from './execute.js'
import { executeOnce } from './execute-once.js'
import { type LogError, maskError } from './mask-error.js'
import type { OperationContext } from './operation-context.js'
import type { Variables } from './subscription-plan.js'

export interface RenderOptions<Context> {
  readonly execute: Execute
  readonly document: DocumentNode
  readonly variables: Variables
  /** A context of its own for each event: what a subscriber gets is read when the event happens. */
  readonly createContext: () => Context
  readonly logError: LogError
}

const retryMs = 250
const maxTries = 40

/** Executes a document for an event. While the database is away it is tried again: an event is not to be lost by that. */
export async function renderEvent<Context extends OperationContext>(
  { execute, document, variables, createContext, logError }: RenderOptions<Context>,
  event: object,
): Promise<Payload> {
  for (let tries = 1; ; tries += 1) {
    const request = { document, rootValue: event, variableValues: variables }
    const { data, errors: found } = await executeOnce(execute, request, createContext())
    const errors = found?.map((error) => maskError(error, logError))
    if (tries < maxTries && errors?.some(({ extensions }) => extensions?.code === 'UNAVAILABLE')) {
      await new Promise((resolve) => setTimeout(resolve, retryMs))
      continue
    }
    // Whatever was selected, one can go on behind it.
    const cursor = 'cursor' in event && typeof event.cursor === 'string' ? event.cursor : null
    const extensions = cursor === null ? undefined : { cursor }
    return { body: Buffer.from(JSON.stringify({ errors, data, extensions })), cursor }
  }
}
