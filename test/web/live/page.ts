import type { Page } from 'playwright-core'

export const row = (page: Page, text: string | RegExp) => page.getByRole('row').filter({ hasText: text })
export const opener = (page: Page, txid: string) => page.getByRole('button', { name: `${txid}: details` })
export const isLive = (page: Page) => page.getByRole('status').filter({ hasText: /^Live/ }).waitFor()

/** The order ids of the rows in the document, from the top. */
export async function ordersOf(page: Page): Promise<string[]> {
  const texts = await page.getByRole('row').allInnerTexts()
  return texts.flatMap((text) => /S-\d+/.exec(text) ?? [])
}
