/** What must be put away at the end, whatever the end is: done once, the latest first. */
export interface Cleanup {
  /** Ends what runs only for a while, such as a load. */
  readonly signal: AbortSignal
  add(what: () => Promise<unknown>): void
  run(): Promise<void>
}

export function createCleanup(): Cleanup {
  const tasks: (() => Promise<unknown>)[] = []
  const controller = new AbortController()
  let done: Promise<void> | null = null

  const warn = (error: unknown) => void process.stderr.write(`clean-up: ${String(error)}\n`)
  async function runAll(): Promise<void> {
    controller.abort()
    for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) await task().catch(warn)
  }

  return {
    signal: controller.signal,
    add(task) {
      // Started while everything is being put away already: nobody else will come for it.
      if (done === null) tasks.push(task)
      else void task().catch(warn)
    },
    run: () => (done ??= runAll()),
  }
}
