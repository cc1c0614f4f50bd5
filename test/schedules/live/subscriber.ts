import { CodedError } from '../../../src/kernel/errors.js'
import type { Group } from '../../../src/live/feed.js'
import type { LiveLimits } from '../../../src/live/limits.js'
import type { Outlet } from '../../../src/live/outlet.js'
import type { Payload } from '../../../src/live/payload.js'
import { must, mustEqual, Violation } from '../assert.js'
import type { Row } from '../memory/tables.js'
import type { Process, Scheduler } from '../scheduler.js'
import { type LiveNode, plainCursors, type UsedGroup } from './node.js'
import { bodyOf, type Viewpoint } from './viewpoints.js'

/**
 * Someone who follows a question for ever: through broken sockets, from node to node, now and then without reading. It
 * holds what arrives against the ledger, line by line, and so finds what is missing, comes twice, comes too early, or
 * says something else than the books.
 */
export interface Subscriber {
  readonly name: string
  /** Begins, or goes on behind the last that it got, at this node. */
  connect(node: LiveNode): void
  /** Breaks the connection from its side. */
  drop(): void
  /** Its node is gone. */
  lose(): void
  stall(): void
  goOn(): void
  /** What its node's ping tells. */
  hearPing(): void
  readonly node: LiveNode | null
  /** Breaks off for good. */
  retire(): void
  /** It has, or needs, nothing more of what is in the books. */
  hasAll(): boolean
  describe(): string
}

export interface SubscriberOptions {
  readonly scheduler: Scheduler
  readonly street: Process
  readonly name: string
  readonly viewpoint: Viewpoint
  readonly limits: LiveLimits
  /** It has all up to here from somewhere else; null: it wants what comes. */
  readonly after: number | null
  /** What is committed. */
  readonly ledger: () => readonly Row[]
  readonly wasRestored: () => boolean
  /** It looks for a node again, after a moment. */
  readonly roam: (subscriber: Subscriber) => void
  readonly fail: (error: unknown) => void
}

type Item = { readonly body: string; readonly cursor: string | null }

interface Connection {
  readonly node: LiveNode
  used: UsedGroup | null
  outlet: Outlet | null
  /** Sent, and not taken yet. */
  items: Item[]
  bytes: number
  isTaking: boolean
  isOver: boolean
  pushesWhileFull: number
}

export function createSubscriber(options: SubscriberOptions): Subscriber {
  const { scheduler, street, name, viewpoint, limits, after: from, ledger, wasRestored, roam, fail } = options
  const { choices, offer } = scheduler
  let connection: Connection | null = null
  let cursor =
    from === null
      ? null
      : plainCursors.seal(viewpoint.scope, { epoch: 1, position: from, revision: 0, catalogVersion: 0 })
  /** All that passes up to here was received; null: it has not begun. */
  let place = from
  let isStalled = false
  let isRetired = false

  const guard = (check: () => void) => {
    try {
      check()
    } catch (error) {
      fail(error)
    }
  }

  /** The next change behind a place that is to be shown. */
  function nextBehind(after: number): { readonly change: Row; readonly matches: boolean } | null {
    const all = ledger()
    for (let position = after + 1; position <= all.length; position += 1) {
      const change = all[position - 1] as Row // no holes
      const matches = viewpoint.matches(change)
      if (matches !== null) return { change, matches }
    }
    return null
  }

  function receive({ body, cursor: told }: Item): void {
    guard(() => {
      const at = place
      must(at !== null && told !== null, 'a message to one who has not begun')
      const { position } = plainCursors.open(viewpoint.scope, told)
      const next = nextBehind(at)
      if (body === '') {
        must(position >= at, () => `${name} is at ${at}, and is told of ${position}`)
        const passed = next === null ? Number.POSITIVE_INFINITY : Number(next.change.position)
        must(passed > position, () => `${name} was told that it has all up to ${position}, and lacks ${passed}`)
      } else {
        if (next === null) throw new Violation(`${name} has all up to ${at}, and gets ${body}`)
        mustEqual(JSON.parse(body), JSON.parse(bodyOf(next.change, next.matches, viewpoint)), `what ${name} gets`)
        mustEqual(position, Number(next.change.position), 'the place of a message')
      }
      place = position
      cursor = told
    })
  }

  function take(from: Connection, count: number): void {
    for (const item of from.items.splice(0, count)) {
      from.bytes -= item.body.length
      receive(item)
    }
  }

  function read(from: Connection): void {
    if (from.isTaking || isStalled || from.items.length === 0 || from.isOver) return
    from.isTaking = true
    offer(`${name} reads`, street, () => {
      from.isTaking = false
      if (isStalled || from.isOver) return
      take(from, scheduler.isCalm || !choices.oneIn(3) ? from.items.length : 1)
      read(from)
    })
  }

  /** Of what was under way, some arrives. */
  function end(ended: Connection): void {
    if (ended.isOver) return
    take(ended, scheduler.isCalm ? 0 : choices.below(ended.items.length + 1))
    ended.isOver = true
    if (connection !== ended) return
    connection = null
    if (!isRetired) roam(subscriber)
  }

  /** The node's side of it. */
  function leave(left: Connection): void {
    const { outlet, used } = left
    left.outlet = null
    left.used = null
    if (outlet !== null) used?.group.leave(outlet)
    used?.release()
  }

  function createOutlet(to: Connection): Outlet {
    return {
      bufferedBytes: () => to.bytes,
      push(payloads: readonly Payload[]) {
        guard(() => must(to.outlet !== null, 'something is sent to one who has left'))
        if (to.isOver) return
        to.pushesWhileFull = to.bytes > limits.softBytes ? to.pushesWhileFull + 1 : 0
        guard(() => must(to.pushesWhileFull <= 1, 'more and more is sent to one who does not read'))
        for (const { body, cursor: told } of payloads) {
          guard(() => {
            const { position } = plainCursors.open(viewpoint.scope, told ?? '')
            must(position <= ledger().length, 'what is not committed is sent')
          })
          to.bytes += body.length
          to.items.push({ body: body.toString(), cursor: told })
        }
        read(to)
      },
      fail(error) {
        leave(to)
        offer(`${name} is failed`, street, () => {
          const isMine = connection === to
          end(to)
          if (isMine) hearFailure(error)
        })
      },
      sendAway() {
        offer(`${name} is sent away`, to.node.process, () => {
          leave(to)
          end(to)
        })
      },
    }
  }

  function hearFailure(error: unknown): void {
    if (!(error instanceof CodedError) || error.code === 'UNAVAILABLE') return
    guard(() => must(error.code === 'CURSOR_EXPIRED' && wasRestored(), `${name} is refused: ${error.message}`))
    cursor = null
    place = null
  }

  async function open(opened: Connection): Promise<void> {
    const after = cursor
    try {
      opened.used = await opened.node.use(viewpoint)
      const { group } = opened.used
      const start = await group.start(after)
      // Its place is known now, and the rest of its request is not done.
      if (!scheduler.isCalm && choices.oneIn(3)) {
        await new Promise<void>((resolve) => offer(`${name} joins`, opened.node.process, resolve))
      }
      if (opened.isOver) return leave(opened)
      if (after === null) place = start
      else guard(() => must(start === place, `${name} goes on behind ${start}, and not ${place}`))
      const outlet = createOutlet(opened)
      opened.outlet = outlet
      group.join(outlet, start)
    } catch (error) {
      leave(opened)
      offer(`${name} is refused`, opened.node.process, () => {
        const isMine = connection === opened
        end(opened)
        if (isMine) hearFailure(error)
      })
    }
  }

  const subscriber: Subscriber = {
    name,
    connect(node) {
      const opened: Connection = {
        ...{ node, used: null, outlet: null, items: [], bytes: 0, isTaking: false, isOver: false, pushesWhileFull: 0 },
      }
      connection = opened
      offer(`${name} subscribes at ${node.process.name}`, node.process, () => {
        if (!opened.isOver) void open(opened)
      })
    },
    drop() {
      const dropped = connection
      if (dropped === null) return
      end(dropped)
      offer(`${dropped.node.process.name}: finds ${name} gone`, dropped.node.process, () => leave(dropped))
    },
    lose() {
      if (connection !== null) end(connection)
    },
    stall() {
      isStalled = true
    },
    goOn() {
      isStalled = false
      if (connection !== null) read(connection)
    },
    hearPing() {
      const at = connection
      if (at === null || at.outlet === null || at.isOver) return
      offer(`${at.node.process.name}: pings ${name}`, at.node.process, () => {
        const group: Group | undefined = at.used?.group
        if (group === undefined || at.outlet === null || at.isOver) return
        const told = group.checkpoint(at.outlet)
        if (told === null) return
        at.items.push({ body: '', cursor: told })
        read(at)
      })
    },
    retire() {
      isRetired = true
      this.drop()
    },
    get node() {
      return connection?.node ?? null
    },
    hasAll: () => connection !== null && connection.outlet !== null && place !== null && nextBehind(place) === null,
    describe: () => `${name} at ${connection?.node.process.name ?? 'no node'}, ${place} of ${ledger().length}`,
  }
  return subscriber
}
