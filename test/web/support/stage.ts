import type { Browser } from 'playwright-core'
import { createTestApp, type TestAppOptions } from '../../support/app.js'
import { openChromium, withoutChromium } from '../../support/chromium.js'
import { openShop } from '../../support/shop.js'
import { openVisit, type Visit, type VisitOptions } from './visit.js'

/** What a suite of browser tests is given: on a busy machine it takes its time, but less than a file that is taken for stuck. */
export const inBrowser = { skip: withoutChromium, timeout: 380_000 }

export type Role = 'ADMIN' | 'ANALYST' | 'ADVERTISER' | 'AFFILIATE'

/** A Thursday's noon. The server stands still there until it is moved; browsers begin there, and go on. */
const noonMs = Date.parse('2026-06-04T12:00:00Z')

export interface Stage {
  readonly app: Awaited<ReturnType<typeof createTestApp>>
  /** An advertiser with a campaign, an affiliate and its link, as they are reached over HTTP. */
  readonly shop: Awaited<ReturnType<typeof openShop>>
  /** A key of that role: the shop's advertiser, the shop's affiliate. */
  keyOf(role: Role): Promise<string>
  /** A browser of its own, at the page's door. */
  visit(options?: VisitOptions): Promise<Visit>
  /** As `visit`, and signed in. */
  signIn(role: Role, options?: VisitOptions): Promise<Visit>
  close(): Promise<void>
}

/** The whole program, with a shop in it, and browsers to look at it. */
export async function createStage({ argv, env }: Pick<TestAppOptions, 'argv' | 'env'> = {}): Promise<Stage> {
  const app = await createTestApp({ startMs: noonMs, argv, env })
  const shop = await openShop(app)
  const chromium: Browser = await openChromium()
  const keys = new Map<Role, string>([['ADMIN', app.adminKey]])

  async function keyOf(role: Role): Promise<string> {
    const known = keys.get(role)
    if (known !== undefined) return known
    const { advertiserId, affiliateId } = shop
    const whose = role === 'ADVERTISER' ? { advertiserId } : role === 'AFFILIATE' ? { affiliateId } : {}
    const { createKey } = await app.get<{ createKey: { secret: string } }>(
      app.adminKey,
      'mutation ($input: CreateKeyInput!) { createKey(input: $input) { secret } }',
      { input: { name: role, role, ...whose } },
    )
    keys.set(role, createKey.secret)
    return createKey.secret
  }

  const visit = (options: VisitOptions = {}) => openVisit(chromium, app.url, noonMs, options)
  return {
    app,
    shop,
    keyOf,
    visit,
    async signIn(role, options) {
      const visitor = await visit(options)
      await visitor.signIn(await keyOf(role))
      return visitor
    },
    async close() {
      await chromium.close()
      await app.close()
    },
  }
}
