import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
]
const found = places.find((place) => existsSync(place))

/** What tests that need a browser pass as `skip`. */
export const withoutChromium = found === undefined ? 'no Chromium is installed' : false

const options = {
  executablePath: found ?? '',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
}

export const openChromium = (): Promise<Browser> => chromium.launch(options)

/** A browser whose user lets one site's pages bring another site its cookies, which most no longer do unasked. */
export async function openLenientChromium(): Promise<{ visitor: BrowserContext; close(): Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), 'pulseback-browser-'))
  await mkdir(join(profile, 'Default'))
  const preferences = { profile: { cookie_controls_mode: 0, block_third_party_cookies: false } }
  await writeFile(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences))
  const visitor = await chromium.launchPersistentContext(profile, options)
  return {
    visitor,
    async close() {
      await visitor.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}
