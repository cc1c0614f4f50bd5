import type { Page } from 'playwright-core'

export const table = (page: Page) => page.getByRole('table', { name: 'Report' })
export const row = (page: Page, name: string | RegExp) => table(page).getByRole('row', { name })
export const read = (page: Page) => row(page, /^Total/).waitFor()

/** What a table shows, row by row; of cells that do something when clicked, what they are called. */
export const cells = (page: Page, caption = 'Report'): Promise<string[][]> =>
  page.evaluate(
    `[...document.querySelectorAll('table')].filter(({ caption }) => caption?.textContent === '${caption}')
      .flatMap((table) => [...table.rows]).filter((row) => row.cells.length > 1)
      .map((row) => [...row.cells].map((cell) => (cell.querySelector('button, a') ?? cell).innerText.replace(/[▼▲]$/, '').trim()))`,
  )

export const tick = (page: Page, name: string) => page.getByRole('checkbox', { name, exact: true })

export async function filterBy(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: /^Filter/ }).click()
  await page.getByRole('list', { name: 'Filter by' }).getByRole('button', { name, exact: true }).click()
}

export const way = (page: Page) => page.getByRole('navigation', { name: 'The way here' })
export const search = (page: Page) => new URL(page.url()).search
