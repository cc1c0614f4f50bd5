import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'
import { browser } from '../../support/browser.js'
import type { Role, Stage } from '../support/stage.js'
import type { Visit, VisitOptions } from '../support/visit.js'

/** At a view of the catalog, signed in. */
export async function open(stage: Stage, role: Role, path: string, options: VisitOptions = {}): Promise<Visit> {
  const visit = await stage.visit({ ...options, path })
  await visit.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await visit.signIn(await stage.keyOf(role))
  return visit
}

export const titled = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor()
export const rowOf = (page: Page, name: string | RegExp) => page.getByRole('row', { name })
export const clipboard = (page: Page) => page.evaluate<string>('navigator.clipboard.readText()')

export async function pick(page: Page, label: string, name: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).fill(name)
  await page.getByRole('option', { name, exact: true }).click()
}

/** Where a visitor is sent. */
export async function follow(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual', headers: { 'user-agent': browser } })
  assert.equal(response.status, 302)
  return response.headers.get('location') ?? ''
}

/** What the API refused of an input, as it stands beside it. */
export async function refusalAt(input: Locator, text: string): Promise<void> {
  const page = input.page()
  await page.getByText(text).waitFor()
  assert.equal(await input.getAttribute('aria-invalid'), 'true')
  const describedBy = (await input.getAttribute('aria-describedby')) ?? ''
  const described = await Promise.all(
    (describedBy.match(/\S+/g) ?? []).map((id) => page.locator(`[id="${id}"]`).textContent()),
  )
  assert.ok(described.join(' ').includes(text), `${described}`)
}
