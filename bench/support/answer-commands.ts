interface Command {
  readonly id: number
  readonly name: string
  readonly input: object
}

/** Each takes what `ask` was given, and gives what `ask` resolves with. */
export type Handlers = Readonly<Record<string, (input: never) => unknown>>

/** The child's side of `startDriven`: says where it listens, then does as it is asked until it is told to end. */
export function answerCommands(url: string, handlers: Handlers, putAway: () => Promise<void> = async () => {}): void {
  async function handle({ id, name, input }: Command): Promise<void> {
    try {
      const handler = handlers[name]
      if (handler === undefined) throw new Error(`knows no ${name}`)
      process.send?.({ id, answer: await handler(input as never) }) // the asker sends what the handler takes
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  }

  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    void putAway().finally(() => process.exit())
  }
  process.on('message', (message) => void handle(message as Command))
  // The benchmark is gone, or wants us gone.
  process.on('disconnect', end)
  process.on('SIGTERM', end)
  process.on('SIGINT', () => {})
  process.send?.({ id: 0, answer: url })
}

/** What this process holds, once what it no longer needs was let go; it must run with --expose-gc. */
export function measureMemory(): number {
  if (globalThis.gc === undefined) throw new Error('is not run with --expose-gc')
  // As when memory is short: pages that hold little are emptied and given back, which otherwise happens in time.
  for (const _ of [1, 2]) globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
  return process.memoryUsage.rss()
}
