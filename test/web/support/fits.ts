import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'

/** Nothing of it is wider than the window. */
export async function fits(page: Page, what = 'the page'): Promise<void> {
  const isTooWide = await page.evaluate<boolean>(
    'document.documentElement.scrollWidth > document.documentElement.clientWidth',
  )
  assert.ok(!isTooWide, `${what} scrolls sideways`)
}
