import { once } from 'node:events'
import { integer } from '../../../src/demo/random.js'
import { within } from '../../support/app.js'
import { crashPointPatches, crashPoints } from '../crash-points.js'
import type { Fault } from '../fault.js'
import type { ChaosNode } from '../node.js'

/** How often a point is passed, at most, before the node dies there: about that many batches. */
const maxPasses = 40
const crashMs = 60_000

/** The node dies like a machine without power, and its orphaned database is taken over by the next start. */
export const appKilled: Fault = {
  name: 'app-killed',
  what: 'kill -9 of the node, at random and at named points of a commit',
  patches: crashPointPatches,
  async run({ open, repeat, random }) {
    const world = await open({ embedded: true })
    const { first } = world
    let kills = 0
    await repeat(15, async (index) => {
      await world.traffic(integer(random, 5, 80))
      first.server.child.kill('SIGKILL')
      await ended(first)
      await first.start({ CRASH_AT: `${crashPoints[index % crashPoints.length]}:${integer(random, 1, maxPasses)}` })
      await ended(first)
      await first.start()
      kills += 2
    })
    world.note('kills', kills)
    world.note('slowest start', `${Math.round(Math.max(...first.startsMs.slice(1)))} ms`)
    return world
  },
}

async function ended({ server: { child } }: ChaosNode): Promise<void> {
  if (child.exitCode === null && child.signalCode === null)
    await within(once(child, 'exit'), 'the node to die', crashMs)
}
