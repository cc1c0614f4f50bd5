import type { Random } from '../../src/demo/random.js'
import type { Patch } from '../support/patched-build.js'
import type { World, WorldOptions } from './world.js'

/** Something that goes wrong under load. What it must not do is the same for all: see the checks. */
export interface Fault {
  readonly name: string
  readonly what: string
  /** Why it cannot be brought about on this machine; null: it can. */
  readonly lacks?: () => Promise<string | null>
  /** What is changed in the build that is run. */
  readonly patches?: readonly Patch[]
  /** Opens a world, harms it, and gives it back to be judged. */
  run(stage: Stage): Promise<World>
}

/** Where a fault happens. */
export interface Stage {
  readonly random: Random
  open(options?: WorldOptions): Promise<World>
  /** What is to be done when all is over, the latest first. */
  after(step: () => Promise<unknown>): void
  /** Does it so many times; fewer in a short run, and as often as there is time in a long one. */
  repeat(times: number, round: (index: number) => Promise<void>): Promise<void>
}
