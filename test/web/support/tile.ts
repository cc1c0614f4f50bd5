import type { Locator, Page } from 'playwright-core'

/** The figure of that name on the overview: a button that explains it, whose text is the figure itself. */
export function tileOf(page: Page, name: string): Locator {
  const term = page.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) })
  return page.getByLabel('Today').locator('div').filter({ has: term }).getByRole('button')
}
