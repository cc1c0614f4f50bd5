import { setTimeout as pause } from 'node:timers/promises'
import type { Fault } from '../fault.js'
import { answeredInTime } from './answered-in-time.js'

const stoppedMs = 10_000
/** What waits is on the disk; this is what a heap grows by when it takes up garbage more slowly. */
const maxGrowthBytes = 256 * 2 ** 20

/** Nobody is told that it is away: connections stay open, and nothing comes. */
export const databaseStopped: Fault = {
  name: 'database-stopped',
  what: 'every process of the database stopped for 10 s, then continued',
  async run({ open, repeat }) {
    const world = await open()
    await repeat(1, async () => {
      await world.traffic(300)
      const before = world.first.residentBytes()
      const thaw = await world.database.freeze()
      let most = before
      for (let waitedMs = 0; waitedMs < stoppedMs; waitedMs += 500) {
        await pause(500)
        most = Math.max(most, world.first.residentBytes())
      }
      await thaw()
      world.note('memory', `+${Math.round((most - before) / 2 ** 20)} MB`)
      if (most - before > maxGrowthBytes) world.find('other', `memory grew by ${most - before} bytes`)
      await world.traffic(300)
    })
    answeredInTime(world)
    const queued = world.journal.attempts.some(({ outcome }) => outcome === 'QUEUED')
    if (!queued) world.find('other', 'nothing was queued while the database was stopped')
    return world
  },
}
