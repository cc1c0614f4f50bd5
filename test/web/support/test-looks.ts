import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fits } from './fits.js'
import type { Visit, VisitOptions } from './visit.js'

export type Look = Required<Pick<VisitOptions, 'width' | 'scheme'>>

/** What is there now is accessible and fits; what has a name is kept as a picture. */
export type Inspect = (name?: string) => Promise<void>

const widths = [375, 1440] as const
const schemes = ['light', 'dark'] as const
const allLooks = schemes.flatMap((scheme) => widths.map((width): Look => ({ width, scheme })))
/** Each width and each scheme, once. */
export const crossedLooks: readonly Look[] = [
  { width: 375, scheme: 'dark' },
  { width: 1440, scheme: 'light' },
]

/** Declares a test for each look of a view: `walk` goes through it, and inspects it wherever it looks different. */
export function testLooks(
  open: (look: Look) => Promise<Visit>,
  walk: (visit: Visit, inspect: Inspect, look: Look) => Promise<void>,
  looks: readonly Look[] = allLooks,
): void {
  for (const look of looks) {
    const { width, scheme } = look
    test(`axe finds nothing at ${width} pixels, ${scheme}`, async () => {
      const visit = await open(look)
      const inspect: Inspect = async (name) => {
        assert.deepEqual(await visit.accessibilityProblems(), [], name)
        await fits(visit.page, name)
        if (name !== undefined) await visit.picture(`${name}-${width}-${scheme}`)
      }
      await walk(visit, inspect, look)
      await visit.close()
    })
  }
}
