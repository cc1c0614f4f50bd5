import { mock } from 'node:test'

// What a test waits with is not what it has taken over.
const { setImmediate: realImmediate } = globalThis

export interface FakeTime {
  /** Lets that much time go by, a step at a time, and whatever becomes due happen in between. */
  pass(ms: number): Promise<void>
  /** Timers that have not run and were not cleared. */
  pending(): number
}

/** Lets all happen that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => realImmediate(resolve))
}

const stepMs = 5

/** Runs `work` in a time that stands still but for `pass`: timers and `performance.now` alike. */
export async function inFakeTime<Result>(work: (time: FakeTime) => Promise<Result>): Promise<Result> {
  let nowMs = performance.now()
  const waiting = new Set<unknown>()
  const now = mock.method(performance, 'now', () => nowMs)
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const restore = countTimers(waiting)
  try {
    return await work({
      async pass(ms) {
        await settle()
        for (let left = ms; left > 0; left -= stepMs) {
          const step = Math.min(left, stepMs)
          nowMs += step
          mock.timers.tick(step)
          await settle()
        }
      },
      pending: () => waiting.size,
    })
  } finally {
    restore()
    mock.timers.reset()
    now.mock.restore()
  }
}

function countTimers(waiting: Set<unknown>): () => void {
  const { setTimeout, clearTimeout } = globalThis
  const counting = (work: () => void, ms?: number) => {
    const timer = setTimeout(() => {
      waiting.delete(timer)
      work()
    }, ms)
    waiting.add(timer)
    return timer
  }
  globalThis.setTimeout = counting as typeof setTimeout
  globalThis.clearTimeout = ((timer: Parameters<typeof clearTimeout>[0]) => {
    waiting.delete(timer)
    clearTimeout(timer)
  }) as typeof clearTimeout
  return () => {
    Object.assign(globalThis, { setTimeout, clearTimeout })
  }
}
