import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'

export interface VisitOptions {
  /** Which address is opened; default `/`. */
  readonly path?: string
  /** Default 1440. */
  readonly width?: number
  readonly scheme?: 'light' | 'dark'
  /** Console errors that the test provokes. */
  readonly expected?: RegExp
  /** Where the page is reached; default: the server itself. */
  readonly url?: string
}

export interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  signIn(key: string): Promise<void>
  /** What axe finds, as `rule: where`; nothing, one hopes. */
  accessibilityProblems(): Promise<string[]>
  /** Writes `dist/screenshots/NAME.png`, for people to look at. */
  picture(name: string): Promise<void>
  /** Ends it, and fails on errors in the console, on what the policy refused, and on requests to other hosts. */
  close(): Promise<void>
}

const pictures = fileURLToPath(new URL('../../../screenshots/', import.meta.url))
const height = 900
/** More than the page's longest wait before it connects again, on a busy machine too; less than what a test has altogether. */
const patienceMs = 30_000
/** In the page, whose names are not ours. */
const runAxe = `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
  .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ': ' + target.join(' '))))`

export async function openVisit(
  browser: Browser,
  serverUrl: string,
  startMs: number,
  { path = '/', width = 1440, scheme = 'light', expected, url = serverUrl }: VisitOptions,
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
  })
  await context.clock.install({ time: startMs })
  const problems: string[] = []
  const { origin } = new URL(url)
  context.on('console', (message) => {
    if (message.type() === 'error' && !expected?.test(message.text())) problems.push(`console: ${message.text()}`)
  })
  context.on('weberror', (error) =>
    problems.push(`error: ${error.error().name}: ${error.error().message} ${error.error().stack}`),
  )
  context.on('request', (request) => {
    const asked = request.url()
    if (!asked.startsWith('data:') && new URL(asked).origin !== origin) problems.push(`request to ${asked}`)
  })
  context.setDefaultTimeout(patienceMs)
  const page = await context.newPage()
  await page.goto(`${url}${path}`)

  return {
    page,
    context,
    async signIn(key) {
      await page.getByLabel('Access key').fill(key)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByRole('navigation').first().waitFor()
    },
    async accessibilityProblems() {
      // Past the page's policy: by the debugger, which it does not bind.
      await page.evaluate(axe.source)
      return page.evaluate<string[]>(runAxe)
    },
    async picture(name) {
      await mkdir(pictures, { recursive: true })
      await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
    },
    async close() {
      await context.close()
      assert.deepEqual(problems, [])
    },
  }
}
