import type { LedgerLimits } from '../../../src/ledger/append.js'
import { must, mustEqual, Violation } from '../assert.js'
import { createMemoryDatabase } from '../memory/database.js'
import { createDisk, type Disk } from '../memory/spool.js'
import type { HeadRow } from '../memory/tables.js'
import type { Scheduler } from '../scheduler.js'
import { createShop, openShop, type Shop, toggleSales } from '../shop.js'
import { checkAnswer, checkRefusal } from './check-answer.js'
import { checkBooks } from './check-books.js'
import { checkClicks, checkTold, checkTransaction } from './check-commit.js'
import { startWriterNode, type WriterNode } from './node.js'
import { type Attempt, createRequests, isPostback, type Wish } from './requests.js'

/**
 * The writer. Real are `createLedger` with all that it stands on (both lanes, batches, left heads, books, attribution,
 * rows and SQL), the catalog in memory, and, in every other schedule, what stands around the ledger: the queueing ledger,
 * the drain and the presence of the database. One or two nodes write to one or two workspaces.
 *
 * In place of the world stand the database (`memory/database.ts`), the disk of the spool (`memory/spool.ts`), time and the
 * event loop (`scheduler.ts`), and senders, who send until they are answered for good. Nodes die at any point between two
 * turns, and what a turn has sent out is lost or arrives piece by piece; so what would be seen of a death within a turn is
 * seen here too.
 */
export async function runWriterSchedule(scheduler: Scheduler): Promise<void> {
  const world = openWriterWorld(scheduler)
  const maxSteps = 2_000
  const loudSteps = 60 + scheduler.choices.below(200)
  for (let step = 0; step < loudSteps && !world.isDone(); step += 1) {
    world.trouble()
    if (!(await scheduler.step())) break
  }
  scheduler.calmDown()
  world.startAll()
  for (let step = 0; !world.isDone(); step += 1) {
    must(step < maxSteps && (await scheduler.step()), () => `it never comes to rest: ${world.waitsFor()}`)
  }
  await world.end()
}

const shops: readonly Shop[] = ['one', 'two'].map(createShop)
const downMs = [100, 1_500, 3_000, 7_000] as const
const stallsMs = [300, 2_600, 6_000] as const
const retryMs = 300

function openWriterWorld(scheduler: Scheduler) {
  const { choices, offer } = scheduler
  /** The receipts that were booked, in that order. */
  const bookedOrder = new Map<string, number>()
  const database = createMemoryDatabase(scheduler, (draft, tables) => {
    checkTransaction(draft, tables)
    checkClicks(draft, tables, (id) => [...disks.values()].some(({ promised }) => promised.has(id)))
    for (const { id } of draft.inserted.receipt) bookedOrder.set(String(id), bookedOrder.size)
    checkOrderOfBatch(draft.inserted.receipt.map(({ id }) => String(id)))
  })
  const { tables } = database
  const own = shops.slice(0, 1 + choices.below(2))
  for (const shop of own) openShop(tables, shop)
  const limits: LedgerLimits = {
    maxQueued: choices.of([1_000, 1_000, 3]),
    maxBatch: choices.of([512, 4, 2]),
    maxWorkspacesPerBatch: choices.of([8, 1]),
    secondLaneFrom: choices.of([1, 2, 16]),
    giveUpAfterMs: 4_000,
  }
  const hasSpool = choices.below(2) === 1
  const requests = createRequests(choices, own, scheduler.nowMs)
  const numberOf = new Map<string, Attempt>()
  const street = scheduler.open('senders')
  const nodes = new Map<string, WriterNode>()
  const disks = new Map<string, Disk>()
  const names = ['n1', 'n2'].slice(0, 1 + choices.below(2))
  const logged: string[] = []
  let troubles = choices.below(6)
  const waiting: (() => void)[] = []

  function start(name: string): void {
    if (nodes.has(name)) return
    const disk = disks.get(name) ?? createDisk()
    disks.set(name, disk)
    const node = startWriterNode({
      ...{ scheduler, database, name, disk, hasSpool, limits },
      onCommit: (commit) => guard(() => checkTold(commit, tables)),
      log: (message, error) => void logged.push(`${name}: ${message}${error === undefined ? '' : `: ${error}`}`),
    })
    nodes.set(name, node)
    for (const send of waiting.splice(0)) send()
  }

  function kill(node: WriterNode): void {
    nodes.delete(node.process.name)
    scheduler.kill(node.process)
    database.abandon(node.process)
    offer(`${node.process.name} is started again`, null, () => start(node.process.name))
    for (const { wish } of requests.attempts) {
      const last = wish.attempts.at(-1)
      if (!wish.isDone && last?.node === node.process.name) again(wish, last)
    }
  }

  /** What is found wrong within the program would be taken for trouble of its own there. */
  function guard(check: () => void): void {
    try {
      check()
    } catch (error) {
      scheduler.fail(error)
    }
  }

  /** In the turns in which they arrived: a batch is in the order of its lane. */
  function checkOrderOfBatch(ids: readonly string[]): void {
    const attempts = ids.map((id) => numberOf.get(id)).filter((one) => one !== undefined)
    for (const group of Map.groupBy(attempts, ({ node, wish }) => `${node} ${wish.shop.workspaceId}`).values()) {
      const numbers = group.map(({ number }) => number)
      mustEqual(
        numbers,
        numbers.toSorted((one, other) => one - other),
        'the order within a batch',
      )
    }
  }

  function again(wish: Wish, last: Attempt): void {
    scheduler.after(retryMs, street, 'a sender tries again', () => {
      if (!wish.isDone && wish.attempts.at(-1) === last) sendAll([wish])
    })
  }

  function sendAll(wishes: readonly Wish[]): void {
    const alive = [...nodes.values()]
    if (alive.length === 0)
      return void waiting.push(() => offer('a sender finds a node', street, () => sendAll(wishes)))
    const node = (scheduler.isCalm ? alive[0] : choices.of(alive)) as WriterNode // there is one
    for (const wish of wishes) scheduler.as(node.process, () => send(wish, node))
  }

  function send(wish: Wish, { process, ledger, disk }: WriterNode): void {
    const attempt = requests.attempt(wish, process.name)
    numberOf.set(attempt.id, attempt)
    attempt.wasQueued = 'isQueueing' in ledger && ledger.isQueueing === true
    const sent = requests.send(attempt, ledger)
    if (sent === null) {
      wish.isDone = true
      return
    }
    sent.then(
      (answer) => {
        guard(() => checkAnswer(attempt, answer, tables, disk))
        attempt.answer = answer
        offer(`a sender hears of ${wish.kind} ${wish.name}`, process, () => {
          wish.isDone = true
        })
      },
      (error: unknown) => {
        guard(() => checkRefusal(error))
        offer(`a sender is refused ${wish.kind} ${wish.name}`, process, () => again(wish, attempt))
      },
    )
  }

  const wishes: Wish[] = []
  const senders = 1 + choices.below(3)
  for (let sender = 0; sender < senders; sender += 1) {
    const rounds = Array.from({ length: 1 + choices.below(3) }, () =>
      Array.from({ length: 1 + choices.below(4) }, () => requests.wish()),
    )
    wishes.push(...rounds.flat())
    const next = () => {
      const round = rounds.shift()
      if (round === undefined) return
      sendAll(round)
      offer(`sender ${sender} goes on`, street, next)
    }
    offer(`sender ${sender} begins`, street, next)
  }

  const { troubles: of } = database
  const kinds: readonly (readonly [string, () => void])[] = [
    ['a connection is cut by the network', of.cutConnection],
    ['a connection is ended by the server', of.endConnection],
    ['a statement fails', of.failStatement],
    ['a read fails', of.failRead],
    ['the database is away', () => of.goAway(choices.of(downMs))],
    ['a connection hangs', () => of.stall(choices.of(stallsMs))],
    ['a connection hangs', () => of.stall(choices.of(stallsMs))],
    ['a connection hangs', () => of.stall(choices.of(stallsMs))],
    ['a node dies', () => [...nodes.values()].length > 0 && kill(choices.of([...nodes.values()]))],
    ['a node dies', () => [...nodes.values()].length > 0 && kill(choices.of([...nodes.values()]))],
    [
      'the catalog changes',
      () => change('a campaign is paused, or goes on', (head, shop) => toggleSales(tables, shop, head)),
    ],
    ['a visitor is erased', () => change('a visitor is erased', (head) => void head.revision++)],
    [
      'a disk is full',
      () =>
        [...disks.values()].forEach((disk) => {
          disk.failsNext = true
        }),
    ],
  ]
  const change = (label: string, work: (head: HeadRow, shop: Shop) => void) => {
    const shop = choices.of(own)
    database.change(label, shop.workspaceId, (head) => work(head, shop))
  }

  for (const name of names) start(name)

  const isDone = () =>
    wishes.every((wish) => wish.isDone) && names.every((name) => disks.get(name)?.entries.length === 0)

  return {
    isDone,
    trouble() {
      if (troubles === 0 || !choices.oneIn(24)) return
      troubles -= 1
      const [label, happen] = choices.of(kinds)
      scheduler.note(`! ${label}`)
      happen()
    },
    startAll() {
      for (const disk of disks.values()) disk.failsNext = false
      for (const name of names) if (!nodes.has(name)) start(name)
    },
    waitsFor: () =>
      [
        ...wishes.filter((wish) => !wish.isDone).map(({ kind, name }) => `${kind} ${name}`),
        ...[...disks].map(([name, { entries }]) => `${entries.length} entries at ${name}`),
        ...logged.slice(-4),
      ].join(', '),

    async end() {
      checkBooks(tables, own, requests.attempts)
      checkSpooled()
      let open = 0
      for (const { process, close } of nodes.values()) {
        open += 1
        scheduler.as(process, close).then(
          () => {
            open -= 1
          },
          (error: unknown) => scheduler.fail(error),
        )
      }
      for (let step = 0; open > 0; step += 1) must(step < 500 && (await scheduler.step()), 'a node does not close')
      for (let step = 0; await scheduler.step(); step += 1) must(step < 500, 'something goes on for ever')
      mustEqual(database.open(), 0, 'transactions that stay open')
      for (const { process } of nodes.values()) {
        mustEqual([process.pending(), process.repeating()], [0, 0], `timers of ${process.name} that run on`)
      }
    },
  }

  /** What never went anywhere but to the spool is booked in the order in which it came; nothing is left out. */
  function checkSpooled(): void {
    for (const [name, { setAside }] of disks) {
      if (setAside.length > 0) throw new Violation(`${name} has set aside what can be booked: ${setAside[0]?.reason}`)
      for (const { workspaceId } of own) {
        const order = requests.attempts
          .filter(({ node, wasQueued, wish, answer }) => {
            const isOfThese = node === name && wasQueued && isPostback(wish) && wish.shop.workspaceId === workspaceId
            return isOfThese && answer !== null
          })
          .map(({ id }) => bookedOrder.get(id) ?? 0)
        mustEqual(
          order,
          order.toSorted((one, other) => one - other),
          'the order of what was queued',
        )
      }
    }
  }
}
