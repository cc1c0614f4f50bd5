import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from 'graphql'
import type { OperationContext } from './operation-context.js'

/**
 * GraphQL's `subscribe`, except that each event is executed with a context of its own: what a subscriber gets is read
 * when the event happens, not when it subscribed, and nothing stays open between two events.
 */
export async function subscribeWithFreshContext<Context extends OperationContext>(
  args: ExecutionArgs,
  createContext: () => Context,
): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult> {
  const first = createContext()
  try {
    const events = await createSourceEventStream({ ...args, contextValue: first })
    if (!(Symbol.asyncIterator in events)) return events
    return mapEvents(events, async (rootValue) => {
      const result = await executeOnce({ ...args, rootValue }, createContext())
      const cursor = cursorOf(rootValue)
      return cursor === undefined ? result : { ...result, extensions: { cursor } }
    })
  } finally {
    void first.snapshot.end()
  }
}

/** An event that has a place tells it beside the data too, whatever the subscriber selected: it can always resume. */
function cursorOf(event: unknown): string | undefined {
  return typeof event === 'object' && event !== null && 'cursor' in event ? String(event.cursor) : undefined
}

/** Executes one operation and ends its snapshot, whatever happens. */
export async function executeOnce(args: ExecutionArgs, contextValue: OperationContext): Promise<ExecutionResult> {
  try {
    return await execute({ ...args, contextValue })
  } finally {
    void contextValue.snapshot.end()
  }
}

/**
 * Not an async generator function: the `return()` of one that is waiting for an event waits with it, and an
 * unsubscribed client would stay subscribed until something happens.
 */
function mapEvents<Event>(
  events: AsyncIterable<Event>,
  toResult: (event: Event) => Promise<ExecutionResult>,
): AsyncGenerator<ExecutionResult, void, void> {
  const source = events[Symbol.asyncIterator]()
  const end = { done: true, value: undefined } as const
  const results: AsyncGenerator<ExecutionResult, void, void> = {
    async next() {
      const event = await source.next()
      return event.done ? end : { done: false, value: await toResult(event.value) }
    },
    async return() {
      await source.return?.()
      return end
    },
    async throw(error) {
      await source.throw?.(error)
      throw error
    },
    [Symbol.asyncIterator]: () => results,
    [Symbol.asyncDispose]: async () => void (await results.return()),
  }
  return results
}
