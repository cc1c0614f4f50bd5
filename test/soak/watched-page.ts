import type { Browser, CDPSession, Page } from 'playwright-core'

export interface Frames {
  readonly frames: number
  readonly ms: number
  readonly over25: number
  readonly over50: number
  readonly longestMs: number
  /** As the browser counts them: what kept its main thread for more than 50 ms. */
  readonly longTasks: number
  /** Of the main thread's time: by its own clock, which stands still while others have the processor. */
  readonly busyShare: number
}

export interface WatchedPage {
  readonly page: Page
  /** Counts frames for so long, as `requestAnimationFrame` gives them. */
  frames(ms: number): Promise<Frames>
  /** After all garbage was collected. */
  memory(): Promise<{ readonly heapBytes: number; readonly nodes: number }>
}

/** Runs in the page, whose names are not ours. */
const countFrames = (ms: number) => `new Promise((resolve) => {
  let longTasks = 0
  const observer = new PerformanceObserver((list) => { longTasks += list.getEntries().length })
  observer.observe({ type: 'longtask' })
  const startedMs = performance.now()
  let lastMs = startedMs
  const counted = { frames: 0, ms: 0, over25: 0, over50: 0, longestMs: 0 }
  function frame(nowMs) {
    const took = nowMs - lastMs
    lastMs = nowMs
    counted.frames += 1
    if (took > 25) counted.over25 += 1
    if (took > 50) counted.over50 += 1
    counted.longestMs = Math.max(counted.longestMs, took)
    counted.ms = nowMs - startedMs
    if (counted.ms < ${ms}) return requestAnimationFrame(frame)
    observer.disconnect()
    resolve({ ...counted, longTasks })
  }
  requestAnimationFrame(frame)
})`

/** A page that is signed in, and whose engine is asked how it fares. */
export async function openWatched(browser: Browser, url: string, key: string): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-GB' })
  const page = await context.newPage()
  await page.goto(url)
  await page.getByLabel('Access key').fill(key)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('status').filter({ hasText: /^Live/ }).waitFor()
  const engine = await context.newCDPSession(page)
  await engine.send('HeapProfiler.enable')
  await engine.send('Performance.enable', { timeDomain: 'threadTicks' })
  return {
    page,
    async frames(ms) {
      const before = await readBusySeconds(engine)
      const counted = await page.evaluate<Omit<Frames, 'busyShare'>>(countFrames(ms))
      const busySeconds = (await readBusySeconds(engine)) - before
      return { ...counted, busyShare: (busySeconds / counted.ms) * 1_000 }
    },
    async memory() {
      await engine.send('HeapProfiler.collectGarbage')
      const { usedSize } = await engine.send('Runtime.getHeapUsage')
      const { nodes } = await engine.send('Memory.getDOMCounters')
      return { heapBytes: usedSize, nodes }
    },
  }
}

async function readBusySeconds(engine: CDPSession): Promise<number> {
  const { metrics } = await engine.send('Performance.getMetrics')
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
}
