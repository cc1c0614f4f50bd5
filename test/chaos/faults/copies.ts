import { integer } from '../../../src/demo/random.js'
import { inParallel } from '../../journey/traffic.js'
import type { Fault } from '../fault.js'

const copies = 100
const ordersARound = 50

/** Every copy at once, over two nodes: one is counted, and each has its receipt. */
export const copiesAtOnce: Fault = {
  name: 'copies',
  what: `${copies} copies of a postback at once, over two nodes, for a thousand orders, some taken back before they came`,
  async run({ open, repeat, random }) {
    const world = await open({ nodes: 2, customers: 4 })
    const { load } = world
    const click = (await load.click(0)) ?? ''
    await repeat(1_000 / ordersARound, async (round) => {
      const requests = Array.from({ length: ordersARound }, (_, index) => {
        const txid = `copied-${round}-${index}`
        const saleAmount = `${integer(random, 1, 99)}.37`
        const isEarly = index % 5 === 0
        const created = { kind: 'CREATED', status: 'PENDING', saleAmount }
        const rejected = { kind: 'REJECTED', status: 'REJECTED', saleAmount }
        load.expected.set(txid, isEarly ? [created, rejected] : [created])
        return { txid, isEarly, fields: { txid, click_id: click, amount: saleAmount } }
      })
      const early = requests.filter(({ isEarly }) => isEarly)
      await inParallel(early, 16, async ({ txid }, index) => {
        await load.sendOnce('early-reject', index, { txid, status: 'rejected' }, txid)
      })
      const all = requests.flatMap((request) => Array.from({ length: copies }, () => request))
      await inParallel(all, 256, async ({ txid, fields }, index) => {
        await load.sendOnce('copy', index, fields, txid)
      })
    })
    return world
  },
}
