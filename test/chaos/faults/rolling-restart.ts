import { startProxy } from '../../support/proxy.js'
import type { Fault } from '../fault.js'

/** A deployment: one node after the other drains, ends, and comes back. */
export const rollingRestart: Fault = {
  name: 'rolling-restart',
  what: 'two nodes behind a proxy, stopped in good order and started again, one after the other',
  async run({ open, repeat, after }) {
    const world = await open({
      nodes: 2,
      keepAlive: false,
      customers: 6,
      async front(nodes) {
        const proxy = await startProxy([...nodes])
        after(proxy.close)
        return [proxy.url]
      },
    })
    await repeat(2, async (index) => {
      const node = world.nodes[index % 2]
      if (node === undefined) throw new Error('there are two nodes')
      await world.traffic(150)
      const code = await node.server.stop('SIGTERM')
      if (code !== 0) world.find('other', `a node that was told to stop ended with ${code}`)
      await world.traffic(150)
      await node.start()
    })
    for (const { name, state, said } of world.journal.attempts)
      if (state !== 'ACKED' && state !== 'SENT') world.find('other', `${name} was not taken: ${said}`)
    for (const [index, { closeCodes }] of world.subscribers.entries())
      if (closeCodes.some((code) => code !== 1012))
        world.find('other', `subscriber ${index} was ended with ${closeCodes}`)
    return world
  },
}
