import { hash } from 'node:crypto'
import { createRandom } from '../../src/demo/random.js'
import { type DataSpec, drawEvents } from './draw-events.js'
import { createIds } from './draw-ids.js'
import { planOffers } from './offers.js'
import { bookLines, type CatalogIds, countedIds } from './write-lines.js'

/** A stretch of the books, as lines for COPY. */
export interface Stretch {
  readonly click: string
  readonly conversion: string
  readonly conversion_change: string
}

/** How much was made so far; at the end, what the workspace's head must say. */
export interface Progress {
  clicks: number
  conversions: number
  position: number
  revision: number
  bookedAtMs: number
}

const batch = { least: 60, most: 140 }
/** From a click to its booking. */
const bookedAfterMs = 4

/**
 * The books of `spec.days` up to `nowMs`, numbered as the ledger numbers: a change takes the next position, a batch of
 * some hundred bookings the next revision. The same seed, time and ids give the same bytes. `progress` runs along.
 */
export function* drawBooks(spec: DataSpec, ids: CatalogIds, nowMs: number, progress: Progress): Generator<Stretch> {
  const random = createRandom(spec.seed)
  const idAt = createIds(random)
  const offers = planOffers()
  const lines = bookLines(offers, ids)
  let leftInBatch = 0

  for (const events of drawEvents(spec, offers, random, idAt, nowMs)) {
    const text = { click: '', conversion: '', conversion_change: '' }
    for (const event of events) {
      if (leftInBatch === 0) {
        leftInBatch = batch.least + Math.floor(random() * (batch.most - batch.least + 1))
        progress.revision += 1
      }
      leftInBatch -= 1
      if (event.step === null) {
        progress.clicks += 1
        progress.bookedAtMs = event.atMs + bookedAfterMs
        text.click += lines.click(event.id, event.visit, event.atMs, progress.bookedAtMs, progress.revision)
        continue
      }
      const receiptId = idAt(event.atMs)
      progress.position += 1
      progress.bookedAtMs = event.atMs
      text.conversion_change += lines.change(event.made, event.step, receiptId, progress.position)
      if (event.step > 0) continue
      progress.conversions += 1
      text.conversion += lines.conversion(event.made, receiptId)
    }
    yield text
  }
}

export const noProgress = (): Progress => ({ clicks: 0, conversions: 0, position: 0, revision: 0, bookedAtMs: 0 })

const sampleNowMs = Date.UTC(2026, 0, 1)
const sample = { days: 40, clicks: 5_000 }

/** Tells whether what would be made today is what was made before, by a sample of it. */
export function fingerprint(specs: readonly DataSpec[]): string {
  const offers = planOffers()
  const books = specs.map((spec) => [
    spec,
    ...drawBooks({ ...spec, ...sample }, countedIds(offers), sampleNowMs, noProgress()),
  ])
  return hash('sha256', JSON.stringify([offers, books]))
}
