import { type Choices, choicesFromRow, choicesFromSeed, shrink } from './choices.js'
import { createScheduler, type Globals, type Scheduler } from './scheduler.js'
import { takeOverTime } from './take-over-time.js'

/** One whole run in a world of its own; throws what it finds wrong. */
export type Schedule = (scheduler: Scheduler) => Promise<void>

export interface Finding {
  readonly seed: number
  readonly error: unknown
  /** The steps, as short as they could be made. */
  readonly trace: readonly string[]
}

export interface Explored {
  readonly runs: number
  readonly events: number
  readonly seconds: number
  readonly finding: Finding | null
}

/** Runs that many schedules, from this seed on, until one of them goes wrong. */
export async function explore(
  schedule: Schedule,
  runs: number,
  seed: number,
  { shortens = true } = {},
): Promise<Explored> {
  const began = process.hrtime.bigint()
  const seconds = () => Number(process.hrtime.bigint() - began) / 1e9
  let atWork: (Scheduler & Globals) | null = null
  const restore = takeOverTime(() => {
    if (atWork === null) throw new Error('no schedule is at work')
    return atWork
  })
  let events = 0

  async function run(choices: Choices): Promise<{ error: unknown; trace: readonly string[] } | null> {
    const scheduler = createScheduler(choices)
    atWork = scheduler
    try {
      await schedule(scheduler)
      return null
    } catch (error) {
      return { error, trace: scheduler.trace }
    } finally {
      events += scheduler.trace.length
    }
  }

  try {
    for (let index = 0; index < runs; index += 1) {
      const choices = choicesFromSeed(seed + index)
      const found = await run(choices)
      if (found === null) continue
      if (!shortens) return { runs: index + 1, events, seconds: seconds(), finding: { seed: seed + index, ...found } }
      const kind = nameOf(found.error)
      const most = events + maxShrinkEvents
      const row = await shrink(choices.drawn, async (shorter) => {
        if (events > most) return false
        const again = await run(choicesFromRow(shorter))
        return again !== null && nameOf(again.error) === kind
      })
      const shortest = (await run(choicesFromRow(row))) ?? found
      return { runs: index + 1, events, seconds: seconds(), finding: { seed: seed + index, ...shortest } }
    }
    return { runs, events, seconds: seconds(), finding: null }
  } finally {
    restore()
  }
}

/** How much may be run to make a finding shorter. */
const maxShrinkEvents = 400_000

/** Of the same finding, whatever ids and numbers it has. */
const nameOf = (error: unknown): string => String(error).replace(/[\d"[\],]+/g, '')

export function tell({ seed, error, trace }: Finding): string {
  const story = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return [`seed ${seed}, ${trace.length} steps:`, ...trace, story].join('\n')
}
