import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fillUp, mountSmallDisk } from '../../support/small-disk.js'
import type { Fault } from '../fault.js'
import { answeredInTime } from './answered-in-time.js'

const diskMegabytes = 300

/** The database's disk is full; the node's own is not. */
export const diskFull: Fault = {
  name: 'disk-full',
  what: 'the disk of the database fills up, and is freed',
  async lacks() {
    const disk = await mountSmallDisk(1)
    await disk?.unmount()
    return disk === null ? 'may not mount a tmpfs' : null
  },
  async run({ open, repeat, after }) {
    const disk = await mountSmallDisk(diskMegabytes)
    if (disk === null) throw new Error('there is no disk')
    after(disk.unmount)
    const world = await open({ databaseDir: join(disk.folder, 'database') })
    const ballast = join(disk.folder, 'ballast')
    await repeat(2, async () => {
      await world.traffic(200)
      await fillUp(ballast)
      await pause(4_000)
      await rm(ballast)
      await world.traffic(200)
    })
    answeredInTime(world)
    return world
  },
}
