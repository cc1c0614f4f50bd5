import { setTimeout as pause } from 'node:timers/promises'
import { integer } from '../../../src/demo/random.js'
import { type BreakableProxy, openBreakableProxy } from '../../support/breakable-proxy.js'
import type { Fault } from '../fault.js'

/** Resets, silence without an end, and refusals: between the node and its database, and between the node and all others. */
export const networkCut: Fault = {
  name: 'network-cut',
  what: 'connections reset, frozen and refused, on both sides of the node',
  async run({ open, repeat, after, random }) {
    let toDatabase: BreakableProxy | undefined
    let toNode: BreakableProxy | undefined
    const world = await open({
      async through(port) {
        toDatabase = await openBreakableProxy(`http://127.0.0.1:${port}`)
        after(toDatabase.close)
        return Number(new URL(toDatabase.url).port)
      },
      async front([node]) {
        toNode = await openBreakableProxy(node?.url ?? '')
        after(toNode.close)
        return [toNode.url]
      },
    })
    await repeat(6, async (index) => {
      const cut = index % 2 === 0 ? toDatabase : toNode
      // What was under way then may have arrived or not.
      for (let breaks = 0; breaks < 10; breaks += 1) {
        await world.traffic(integer(random, 10, 60))
        cut?.breakAll()
      }
      cut?.freeze()
      await pause(integer(random, 300, 2_000))
      cut?.refuse()
      cut?.breakAll()
      await pause(integer(random, 100, 1_500))
      cut?.accept()
      await world.traffic(100)
    })
    return world
  },
}
