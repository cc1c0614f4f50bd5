import { setTimeout as pause } from 'node:timers/promises'
import { integer, pick } from '../../../src/demo/random.js'
import { until } from '../../support/app.js'
import type { Fault } from '../fault.js'
import type { World } from '../world.js'
import { answeredInTime } from './answered-in-time.js'

/** In which PostgreSQL has recovered. */
const boundMs = 30_000

/** A backend that dies takes all others with it: PostgreSQL recovers its shared memory as after a crash. */
export const backendKilled: Fault = {
  name: 'backend-killed',
  what: 'kill -9 of a database backend',
  async run({ open, repeat, random }) {
    const world = await open()
    await repeat(6, async () => {
      await world.traffic(integer(random, 50, 200))
      await until(async () => hasKilled(pick(random, await findBackends(world))), 'a backend to be killed', boundMs)
      await world.traffic(50)
    })
    answeredInTime(world)
    return world
  },
}

/** Asked again while it still recovers from the last one, and nobody has come back. */
async function findBackends(world: World): Promise<number[]> {
  const found: number[] = []
  const look = async () => {
    const backends = await world.query<{ pid: number }>(
      `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()`,
    )
    found.push(...backends.map(({ pid }) => pid))
    return found.length > 0
  }
  await until(() => look().catch(() => false), 'the database to be asked', boundMs)
  return found
}

/** False: it has ended by itself meanwhile. */
function hasKilled(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL')
  } catch {
    return false
  }
}

export const databaseKilled: Fault = {
  name: 'database-killed',
  what: 'kill -9 of the whole database server, which comes back some seconds later',
  async run({ open, repeat, random }) {
    const world = await open()
    await repeat(3, async () => {
      await world.traffic(integer(random, 50, 200))
      const letBack = await world.database.kill()
      await pause(integer(random, 500, 4_000))
      await letBack()
      await world.traffic(100)
      // What is not back yet could not be killed again.
      await until(() => world.query('select 1').then(Boolean, () => false), 'the database to be back', boundMs)
    })
    answeredInTime(world)
    return world
  },
}
