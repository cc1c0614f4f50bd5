import { syncBuiltinESMExports } from 'node:module'
import promises from 'node:timers/promises'
import type { Globals, Scheduler, Timer } from './scheduler.js'

/** The clocks and timers of this process become those of the scheduler that is at work; the function ends that. */
export function takeOverTime(atWork: () => Scheduler & Globals): () => void {
  const { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate } = globalThis
  const before = { setTimeout, clearTimeout, setInterval, clearInterval, setImmediate }
  const { now: dateNow } = Date
  const { setTimeout: sleep } = promises
  const cancel = (timer: Timer | null | undefined) => timer?.cancel()

  Object.assign(globalThis, {
    setTimeout: (run: () => void, ms = 0) => atWork().setTimeout(run, ms),
    setInterval: (run: () => void, ms = 0) => atWork().setInterval(run, ms),
    setImmediate: (run: () => void) => atWork().setImmediate(run),
    clearTimeout: cancel,
    clearInterval: cancel,
  })
  Date.now = () => atWork().nowMs()
  // Its own property hides the one of all clocks.
  performance.now = () => atWork().nowMs()
  // Imported by name elsewhere, and so read from here anew.
  Object.assign(promises, {
    setTimeout: (ms: number) => new Promise<void>((resolve) => void atWork().setTimeout(resolve, ms)),
  })
  syncBuiltinESMExports()
  const hear = (error: unknown) => atWork().fail(error)
  process.on('unhandledRejection', hear)

  return () => {
    process.off('unhandledRejection', hear)
    Object.assign(globalThis, before)
    Date.now = dateNow
    Reflect.deleteProperty(performance, 'now')
    Object.assign(promises, { setTimeout: sleep })
    syncBuiltinESMExports()
  }
}
