import type { LedgerLimits } from '../../../src/ledger/append.js'
import type { LedgerHead } from '../../../src/ledger/ledger-change.js'
import { type LiveLimits, liveLimits } from '../../../src/live/limits.js'
import type { Tail } from '../../../src/live/tail.js'
import { must, mustEqual } from '../assert.js'
import { createMemoryBus } from '../memory/bus.js'
import { createMemoryDatabase } from '../memory/database.js'
import type { HeadRow } from '../memory/tables.js'
import type { Scheduler } from '../scheduler.js'
import { createShop, openShop } from '../shop.js'
import { checkTold, checkTransaction } from '../writer/check-commit.js'
import { createBuyer } from './buyer.js'
import { type LiveNode, startLiveNode } from './node.js'
import { bookPast } from './past.js'
import { createSubscriber, type Subscriber } from './subscriber.js'
import { createViewpoints } from './viewpoints.js'

/**
 * The live side. Real are tails, readers, the waiting room, audiences, change feeds, payloads, the matcher of filters and
 * the reads of the ledger, put together as `createLive` does, and under them the writer, which announces its commits as
 * in `app.ts`. One to three nodes book and tell of one workspace.
 *
 * In place of the world stand the database, time and the event loop, as for the writer; the bus between nodes
 * (`memory/bus.ts`), which loses, doubles, delays and mixes up what it carries; sockets, which fill up, break and lose
 * what was under way; the sharing of groups and the execution of an event, which in the program are GraphQL's
 * (`graph/subscriptions.ts`); and cursors that can be read.
 */
export async function runLiveSchedule(scheduler: Scheduler): Promise<void> {
  const world = openLiveWorld(scheduler)
  const loudSteps = 80 + scheduler.choices.below(240)
  for (let step = 0; step < loudSteps; step += 1) {
    world.disturb()
    if (!(await scheduler.step())) break
    world.check()
  }
  scheduler.calmDown()
  world.calm()
  for (let step = 0; !world.isDone(); step += 1) {
    must(step < maxSteps && (await scheduler.step()), () => `not all has arrived: ${world.describe()}`)
    world.check()
  }
  await world.end()
}

const maxSteps = 3_000
const shop = createShop('live')
const viewpoints = createViewpoints(shop)
const { workspaceId } = shop
const retryMs = 300
/** As `test/live/tail-world.ts` has it. */
const maxBatch = 128
const maxReads = 16

function openLiveWorld(scheduler: Scheduler) {
  const { choices, offer } = scheduler
  const database = createMemoryDatabase(scheduler, checkTransaction)
  const { tables } = database
  openShop(tables, shop)
  const past = choices.of([0, 3, 30, 30, 260])
  bookPast(tables, shop, past)
  const bus = createMemoryBus(scheduler)
  const street = scheduler.open('street')
  const softBytes = choices.of([1_000_000, 150, 400])
  const limits: LiveLimits = {
    ...liveLimits,
    ...{ softBytes, lowBytes: softBytes / 4, stallMs: 2_000 },
    maxRemembered: choices.of([1_024, 4, 16]),
    maxPayloadBytes: choices.of([1_000_000, 1_000]),
  }
  /** How often what is shown takes its time, and how often that is in vain. */
  const showing = { slowOneIn: choices.of([8, 2, 32]), failsOneIn: choices.of([6, 2]) }
  const ledgerLimits: LedgerLimits = {
    ...{ maxQueued: 1_000, maxBatch: choices.of([512, 3]), maxWorkspacesPerBatch: 8 },
    ...{ secondLaneFrom: choices.of([1, 16]), giveUpAfterMs: 4_000 },
  }
  const nodes = new Map<string, LiveNode>()
  const names = ['n1', 'n2', 'n3'].slice(0, 1 + choices.below(3))
  const logged: string[] = []
  const known = new Map<Tail, { head: LedgerHead; delivered: number }>()
  const homeless: Subscriber[] = []
  let restores = 0
  let disturbances = choices.below(14)

  function guard(check: () => void): void {
    try {
      check()
    } catch (error) {
      scheduler.fail(error)
    }
  }

  function start(name: string): void {
    const process = scheduler.open(name)
    const log = (message: string, error: unknown) => void logged.push(`${name}: ${message}: ${error}`)
    const onCommit = (commit: Parameters<typeof checkTold>[0]) => guard(() => checkTold(commit, tables))
    offer(`${name} starts`, process, () => {
      void startLiveNode(
        { scheduler, database, bus, name, limits, ledgerLimits, showing, onCommit, log },
        process,
      ).then((node) => {
        nodes.set(name, node)
        for (const subscriber of homeless.splice(0)) subscriber.connect(node)
      }, scheduler.fail)
    })
  }

  function kill(node: LiveNode): void {
    const { name } = node.process
    nodes.delete(name)
    for (const tail of node.tails) known.delete(tail)
    scheduler.kill(node.process)
    bus.leave(node.process)
    database.abandon(node.process)
    for (const subscriber of subscribers) if (subscriber.node === node) subscriber.lose()
    offer(`${name} is started again`, null, () => start(name))
  }

  const pick = (): LiveNode | undefined => {
    const alive = [...nodes.values()]
    return alive.length === 0 ? undefined : scheduler.isCalm ? alive[0] : choices.of(alive)
  }

  function roam(subscriber: Subscriber): void {
    scheduler.after(retryMs, street, `${subscriber.name} looks for a node`, () => settle(subscriber))
  }
  function settle(subscriber: Subscriber): void {
    const node = pick()
    if (node === undefined) homeless.push(subscriber)
    else subscriber.connect(node)
  }

  const subscribers = Array.from({ length: 1 + choices.below(4) }, (_, index) =>
    createSubscriber({
      ...{ scheduler, street, name: `s${index + 1}`, viewpoint: choices.of(viewpoints), limits, roam },
      after: choices.of([null, null, Math.max(0, past - choices.below(6)), choices.below(past + 1)]),
      ledger: () => tables.changes.get(workspaceId) ?? [],
      wasRestored: () => restores > 0,
      fail: scheduler.fail,
    }),
  )
  for (const subscriber of subscribers) offer(`${subscriber.name} begins`, street, () => settle(subscriber))

  const buyer = createBuyer(choices, shop, scheduler.nowMs)
  let rounds = 1 + choices.below(8)
  function buy(): void {
    const node = pick()
    if (node !== undefined) {
      const count = choices.of([1, 2, 4, 12])
      scheduler.as(node.process, () => buyer.send(node.ledger, count))
    }
    rounds -= 1
    if (rounds > 0 && !scheduler.isCalm) offer('more is bought', street, buy)
  }
  offer('something is bought', street, buy)

  const { troubles } = database
  const change = (label: string, work: (head: HeadRow) => void) => database.change(label, workspaceId, work)
  const someone = () => choices.of(subscribers)
  type Happening = readonly [string, () => void]
  const usual: readonly Happening[] = [
    ['someone breaks off', () => someone().drop()],
    ['someone breaks off', () => someone().drop()],
    ['someone stops reading', () => someone().stall()],
    ['someone stops reading', () => someone().stall()],
    ['all read on', () => subscribers.forEach((one) => void one.goOn())],
    ['a read fails', troubles.failRead],
    ['a connection is cut by the network', troubles.cutConnection],
    ['a connection is ended by the server', troubles.endConnection],
    ['the database is away', () => troubles.goAway(choices.of([100, 1_500]))],
    ['a node dies', () => killSome()],
    ['a node dies', () => killSome()],
    ['the catalog changes', () => change('the catalog is changed', (head) => head.catalog_version++)],
    ['a visitor is erased', () => change('a visitor is erased', (head) => head.revision++)],
    ['the books are restored', () => change('the books are restored', restore)],
  ]
  /** Who looks for its place again and again may do so in the moment of a restore. */
  const restless: readonly Happening[] = [
    ['someone breaks off', () => someone().drop()],
    ['someone breaks off', () => someone().drop()],
    ['the books are restored', () => change('the books are restored', restore)],
  ]
  const happenings = choices.of([usual, usual, usual, restless])
  function killSome(): void {
    const node = pick()
    if (node !== undefined) kill(node)
  }
  /** Nothing is taken back here, but nobody can know that. */
  function restore(head: HeadRow): void {
    head.epoch += 1
    restores += 1
  }

  for (const name of names) start(name)

  return {
    disturb() {
      if (choices.oneIn(12)) someone().hearPing()
      if (disturbances === 0 || !choices.oneIn(16)) return
      disturbances -= 1
      const [label, happen] = choices.of(happenings)
      scheduler.note(`! ${label}`)
      happen()
    },
    calm() {
      for (const subscriber of subscribers) subscriber.goOn()
    },

    /** What must hold at any moment. */
    check() {
      for (const node of nodes.values()) {
        must(database.reads(node.process) <= maxReads, 'a node asks for more and more at once')
        for (const tail of node.tails) checkTail(tail)
      }
    },
    isDone: () =>
      nodes.size === names.length &&
      [...nodes.values()].every(({ ledger }) => buyer.waitingAt(ledger) === 0) &&
      subscribers.every((one) => one.hasAll()),
    describe: () => [...subscribers.map((one) => one.describe()), ...logged.slice(-4)].join('; '),

    async end() {
      await pass(3_000)
      for (const subscriber of subscribers) {
        must(subscriber.hasAll(), () => `something came to an end: ${subscriber.describe()}`)
        subscriber.retire()
      }
      // Who waits to try again finds out that nobody asks any more.
      await pass(3_000)
      for (const { process, ledger: _, close } of nodes.values()) {
        mustEqual([process.pending(), process.repeating()], [0, 1], `what still runs at ${process.name}`)
        scheduler.as(process, close).catch(scheduler.fail)
      }
      await pass(1_000)
      for (const { process } of nodes.values()) mustEqual(process.repeating(), 0, `what runs on at ${process.name}`)
      mustEqual(database.open(), 0, 'transactions that stay open')
    },
  }

  async function pass(ms: number): Promise<void> {
    let isOver = false
    scheduler.after(ms, street, 'time goes by', () => {
      isOver = true
    })
    for (let step = 0; !isOver; step += 1) must(step < maxSteps && (await scheduler.step()), 'time does not go by')
  }

  function checkTail(tail: Tail): void {
    const head = tail.head()
    const delivered = tail.delivered()
    const before = known.get(tail)
    const books = tables.heads.get(workspaceId)
    must(books !== undefined && head.position <= books.position && head.revision <= books.revision, 'a head is too far')
    must(delivered <= tail.reached() && tail.reached() <= head.position, 'more was delivered than there is')
    const least = delivered - maxBatch - Math.ceil(limits.maxRemembered * 1.25) - 1
    must(least < 0 || tail.behind(least, 0) === null, 'a tail forgets nothing')
    if (before !== undefined) {
      const numbers = ['position', 'revision', 'receiptSequence', 'catalogVersion'] as const
      for (const number of numbers) must(head[number] >= before.head[number], `${number} of a head went back`)
      must(delivered >= before.delivered, 'what was delivered went back')
    }
    known.set(tail, { head, delivered })
  }
}
