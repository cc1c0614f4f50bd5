import { loadavg } from 'node:os'
import type { Page } from 'playwright-core'
import { createRandom } from '../../src/demo/random.js'
import { createSender } from '../journey/traffic.js'
import { until } from '../support/app.js'
import { openChromium } from '../support/chromium.js'
import { adminKey, type StartedServer } from '../support/server.js'
import { openBoard } from './board.js'
import { startTraffic } from './traffic.js'
import { openWatched, type WatchedPage } from './watched-page.js'

export interface PageSoakOptions {
  /** In all, of which most come as fast as the server takes them. */
  readonly changes: number
  /** While frames are counted. */
  readonly perSecond: number
  readonly framesMs: number
  readonly perSecondAtMost: number
  readonly seed: number
  readonly say: (line: string) => void
}

const samples = 6
/** Beyond what the rows that are kept take, what a run may add; a leak of a row's size would add ten times as much. */
const maxGrowthBytes = 4 * 2 ** 20
const settleMs = 2_000

/**
 * A real browser on the live view while changes come: first at a busy day's rate, when its frames are counted, then by the
 * ten thousands, when its memory is. At the end what it shows is held against the ledger.
 */
export async function runPage(server: StartedServer, options: PageSoakOptions): Promise<string[]> {
  const { changes, perSecond, framesMs, perSecondAtMost, seed, say } = options
  const sender = createSender(server.url)
  const board = await openBoard(server, sender)
  const random = createRandom(seed)
  const chromium = await openChromium()
  const watched = await openWatched(chromium, `${server.url}/live`, adminKey)
  const { page } = watched
  const problems: string[] = []
  const load = () => `load average ${loadavg()[0]?.toFixed(1)}`

  try {
    say(`nothing to do: ${describeFrames(await watched.frames(framesMs))}, ${load()}`)
    const steady = startTraffic(board, sender, random, perSecond)
    await new Promise((resolve) => setTimeout(resolve, settleMs))
    say(`${perSecond} changes/s: ${describeFrames(await watched.frames(framesMs))}, ${load()}`)
    await steady.stop()

    const full: number[] = []
    const fast = startTraffic(board, sender, random, perSecondAtMost, 'fast')
    const startedMs = performance.now()
    for (let sample = 1; sample <= samples; sample += 1) {
      const due = (changes * sample) / samples - steady.sent
      await until(() => fast.sent >= due || fast.failures.length > 0, `${due} changes`, 600_000)
      const { heapBytes, nodes } = await watched.memory()
      const shown = await countShown(page)
      if (shown.cut > 0) full.push(heapBytes)
      const mebibytes = (heapBytes / 2 ** 20).toFixed(1)
      say(`${shown.kept + shown.cut} changes seen, ${shown.kept} rows kept: ${mebibytes} MiB of heap, ${nodes} nodes`)
    }
    const perSecondSent = Math.round((fast.sent / (performance.now() - startedMs)) * 1_000)
    await fast.stop()
    say(`it went at ${perSecondSent} postbacks/s, ${fast.refused} refused, ${load()}`)
    problems.push(...steady.failures, ...fast.failures)
    const [first = 0] = full
    const growth = Math.max(...full) - first
    if (growth > maxGrowthBytes) problems.push(`the heap grew by ${growth} bytes though no more rows were kept`)
    problems.push(...(await compareWithLedger(server, watched)))
    return problems
  } finally {
    await chromium.close()
    sender.close()
  }
}

function describeFrames({
  frames,
  ms,
  over25,
  over50,
  longestMs,
  longTasks,
  busyShare,
}: Awaited<ReturnType<WatchedPage['frames']>>) {
  const rate = ((frames / ms) * 1_000).toFixed(1)
  const busy = Math.round(busyShare * 100)
  return `${rate} frames/s, ${over25} of ${frames} later than 25 ms, ${over50} than 50 ms, the latest ${Math.round(longestMs)} ms; ${longTasks} tasks over 50 ms; main thread ${busy} % busy`
}

/** By the words below the feed. */
async function countShown(page: Page): Promise<{ kept: number; cut: number }> {
  const kept = Number(await page.getByRole('table').getAttribute('aria-rowcount')) - 1
  const [note = ''] = await page.getByText(/are kept here/).allInnerTexts()
  const [, cut = '0'] = /([\d,]+) earlier ones/.exec(note) ?? []
  return { kept, cut: Number(cut.replaceAll(',', '')) }
}

interface Booked {
  readonly changes: {
    readonly nodes: readonly { readonly conversion: { readonly transactionId: string } }[]
    readonly hasMore: boolean
    readonly endCursor: string
  }
}

const inLedger = `query ($after: Cursor) {
  changes(after: $after, first: 1000) { nodes { conversion { transactionId } } hasMore endCursor }
}`

/** As many as were booked, and the newest in the ledger's order. */
async function compareWithLedger(server: StartedServer, { page }: WatchedPage): Promise<string[]> {
  const orders: string[] = []
  for (let after: string | null = null, hasMore = true; hasMore; ) {
    const { changes }: Booked = await server.ask(inLedger, { after })
    orders.push(...changes.nodes.map(({ conversion }) => conversion.transactionId))
    hasMore = changes.hasMore
    after = changes.endCursor
  }
  const isThere = async () => {
    const { kept, cut } = await countShown(page)
    return kept + cut === orders.length
  }
  await until(isThere, 'all have come').catch(() => {})
  const { kept, cut } = await countShown(page)
  if (kept + cut !== orders.length) return [`the page has seen ${kept + cut} of ${orders.length} changes`]
  const texts = await page.getByRole('row').allInnerTexts()
  const shown = texts.flatMap((text) => /(?:order|fast)-\d+/.exec(text) ?? [])
  const newest = orders.slice(-shown.length).reverse()
  const isSame = shown.length > 10 && shown.every((order, index) => order === newest[index])
  return isSame ? [] : [`the page shows ${shown.join()} and the ledger has ${newest.join()}`]
}
