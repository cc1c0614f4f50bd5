import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'node:test'
import { subscribe } from '../graph/talk.js'
import { until } from '../support/app.js'
import type { Said } from '../support/raw-socket.js'
import { bigFeed, createSlowWorld, type SlowWorld } from './slow-world.js'

suite('readers of reports and receipts that do not keep up', { timeout: 120_000 }, () => {
  let world: SlowWorld
  before(async () => {
    world = await createSlowWorld()
  })
  afterEach(() => world.closeAll())
  after(() => world.app.close())

  test('a report that nobody took is replaced by the next: after a stall comes the newest alone', async () => {
    const day = '{from: "2026-06-01T00:00:00Z", to: "2026-06-02T00:00:00Z"}'
    const report = `subscription { performance(query: ${day}, everyMs: 100) { totals { conversions } } }`
    const count = ({ payload }: Said) =>
      (payload as { data: { performance: { totals: { conversions: number } } } }).data.performance.totals.conversions
    const slow = await world.connect(
      subscribe('report', report),
      subscribe('big', bigFeed, { after: await world.app.head() }),
    )
    const quick = await world.connect(subscribe('report', report))
    const begin = count(await slow.next())
    assert.equal(count(await quick.next()), begin)
    const seen: number[] = []
    let booked = 0
    slow.pause()
    await world.stall(slow.port, async () => {
      booked += 1
      await world.order()
      if (booked % 5 !== 0) return
      while (seen.at(-1) !== begin + booked) seen.push(count(await quick.next()))
    })
    while (seen.at(-1) !== begin + booked) seen.push(count(await quick.next()))
    slow.resume()
    const taken = await slow.upTo((said) => said.id === 'report' && count(said) === begin + booked)
    const reports = taken.filter(({ id }) => id === 'report').map(count)
    assert.ok(reports.length < seen.length, `${reports.length} of ${seen.length} reports`)
    // What is between the last report that went out before the stall and the newest was left out.
    const left = seen.filter((value) => value > (reports.at(-2) ?? begin) && value < begin + booked)
    assert.ok(left.length > 0)
    const rest = await slow.rest()
    assert.deepEqual(rest.filter(({ id }) => id === 'report').length, 0)
  })

  test('receipts are each shown once and in order to a reader that stopped', async () => {
    const query = 'subscription { receipts { transactionId body } }'
    const [slow, quick] = [await world.connect(subscribe('1', query)), await world.connect(subscribe('1', query))]
    const idOf = ({ payload }: Said) =>
      (payload as { data: { receipts: { transactionId: string } } }).data.receipts.transactionId
    const body = 'x'.repeat(200_000)
    const booked: string[] = []
    // A feed of receipts begins at "now", whenever that is: what the first message of both is, they have from there.
    const heard = { slow: slow.next().then(idOf), quick: quick.next().then(idOf) }
    let begun = false
    void Promise.all([heard.slow, heard.quick]).then(() => {
      begun = true
    })
    await until(async () => {
      booked.push(await world.order())
      return begun
    }, 'a first receipt')
    const others = async () => void (await quick.upTo((said) => idOf(said) === booked.at(-1)))
    booked.push(await world.order())
    await others()
    await slow.upTo((said) => idOf(said) === booked.at(-1))
    slow.pause()
    const from = booked.length
    const most = await world.stall(slow.port, async () => {
      booked.push(await world.order({ body }))
      await others()
    })
    world.assertBounded(most, body.length)
    slow.resume()
    assert.deepEqual((await slow.take(booked.length - from)).map(idOf), booked.slice(from))
    assert.deepEqual(await slow.rest(), [])
  })
})
