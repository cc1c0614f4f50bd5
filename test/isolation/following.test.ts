import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import type { GraphQLField, GraphQLObjectType } from 'graphql'
import type { IdPrefix } from '../../src/kernel/ids.js'
import { schema } from '../../src/schema.js'
import { subscribe } from '../graph/talk.js'
import { until } from '../support/app.js'
import { type EventStream, openEventStream } from '../support/event-stream.js'
import { openRawSocket, type RawSocket, type Said } from '../support/raw-socket.js'
import { maySee, ways } from './eyes.js'
import { laterOfWay, post } from './live.js'
import { assertSame, createOnlookers, noteFields, type Onlooker } from './look.js'
import { kindOf, unknownId } from './recipes.js'
import { createTwins, type Twins, unaware } from './twins.js'
import { type Asked, type Slot, slotsOf } from './write-operation.js'

const subscriptions = schema.getSubscriptionType() as GraphQLObjectType // there is one
const fields = Object.values(subscriptions.getFields())
const queries = schema.getQueryType() as GraphQLObjectType // there is one
const report = queries.getFields().performance as GraphQLField<unknown, unknown> // the same as is followed
const places = (leaf: string) => slotsOf(schema, [leaf]).filter(({ type }) => type === subscriptions)

/** What an advertiser did last, before a message was put together: by then the next thing may have happened, or not. */
const ofItsMoment = /"(quietForMs|last\w+At)":("[^"]*"|\d+),/g

/** The figures of a report, in an answer or in a message. */
function totalsIn(text = '{}'): string {
  const { data, payload } = JSON.parse(text) as { data?: Reported; payload?: { data?: Reported } }
  return JSON.stringify((data ?? payload?.data)?.performance?.totals ?? null)
}
interface Reported {
  readonly performance?: { readonly totals: unknown }
}

/** A viewer's socket, and what it has heard by operation. */
interface Listener {
  readonly onlooker: Onlooker
  readonly socket: RawSocket
  readonly streams: Map<string, EventStream>
  readonly heard: Map<string, string[]>
  /** The operations that are reports. */
  readonly awaited: string[]
  /** Of the question with an id in a place, or a cursor, with each value as the same word. */
  said(id: string, value: string): string[]
}

suite('whoever follows what happens', { timeout: 120_000 }, () => {
  let twins: Twins
  let onlookers: readonly Onlooker[]
  const listeners: Listener[] = []
  /** Places that ids can be put into, and what was put there. */
  const asked: { readonly slot: Slot; readonly kind: IdPrefix; readonly nobodys: string }[] = places('ID').map(
    (slot) => {
      const kind = kindOf(schema, slot)
      return { slot, kind, nobodys: unknownId(kind) }
    },
  )

  before(async () => {
    twins = await createTwins()
    onlookers = await createOnlookers(twins)
    // One after the other, so that each is known, and can be closed, whatever comes of the next.
    for (const onlooker of onlookers) listeners.push(await listen(onlooker))
    await Promise.all(listeners.map(followAll))
    await untilFollowing()
    for (const way of ways.keys()) {
      await twins.together((tenant) => laterOfWay(twins.app, tenant, way))
    }
    await Promise.all(listeners.map(untilAllHeard))
    await twins.learnIds()
  })
  after(async () => {
    for (const { socket, streams } of listeners) {
      socket.destroy()
      for (const stream of streams.values()) stream.close()
    }
    await twins?.close()
  })

  async function listen(onlooker: Onlooker): Promise<Listener> {
    const heard = new Map<string, string[]>()
    const socket = await openRawSocket(twins.app.url, {
      key: onlooker.key,
      hear(bytes) {
        const text = bytes.toString('utf8')
        const { id = '' } = JSON.parse(text) as Said
        heard.set(id, [...(heard.get(id) ?? []), text])
      },
    })
    const said = (id: string, value: string) =>
      (heard.get(id) ?? []).map((text) => twins.canaries.normalize(text.replaceAll(id, 'ID').replaceAll(value, 'IT')))
    return { onlooker, socket, streams: new Map(), heard, awaited: [], said }
  }

  function ask({ socket, awaited }: Listener, field: { readonly name: string }, id: string, asked: Asked): void {
    if (field.name === report.name) awaited.push(id)
    socket.send(subscribe(id, asked.query, asked.variables))
  }

  /** Everything, over either transport; and by ids that are not theirs, by ids that nobody has, and by their own. */
  async function followAll(listener: Listener): Promise<void> {
    const { onlooker, streams } = listener
    for (const field of fields) {
      const all = onlooker.writer.all(subscriptions, field)
      ask(listener, field, field.name, all)
      const headers = { authorization: `Bearer ${onlooker.key}`, 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(all) }
      streams.set(field.name, await openEventStream(`${twins.app.url}/graphql`, init))
    }
    if (onlooker.tenant === 1) return
    for (const { slot, kind, nobodys } of asked) {
      const by = (id: string) => onlooker.writer.with(subscriptions, [], slot, slot.isList ? [id] : id)
      ask(listener, slot.field, `own ${slot.name}`, by(onlooker.samples[kind]))
      ask(listener, slot.field, `nobodys ${slot.name}`, by(nobodys))
      for (const [index, id] of onlooker.hiddenIds(kind).entries())
        ask(listener, slot.field, `hidden ${index} ${slot.name}`, by(id))
    }
  }

  /**
   * Nobody is told that a feed has begun, and one of receipts begins with the next one: so one is sent until all have it.
   * Whatever was heard up to then is a matter of time.
   */
  async function untilFollowing(): Promise<void> {
    // Each report is told at once, also one of nothing; all of them take their time, and others wait for them.
    await until(() => listeners.every(({ awaited, heard }) => awaited.every((id) => heard.has(id))), 'all reports')
    const isTold = ({ onlooker, heard, streams }: Listener, name: string) => {
      const own = twins.canaries.all.filter(({ label, ...mark }) => label.startsWith(name) && maySee(onlooker, mark))
      const texts = [heard.get('receipts')?.join(), JSON.stringify(streams.get('receipts')?.events)]
      return own.every(({ text }) => texts.every((all) => all?.includes(text)))
    }
    for (let time = 0, all = false; !all; time += 1) {
      assert.ok(time < 20, 'some never begin to follow')
      const name = `sign of life ${time}`
      for (const tenant of twins.tenants) {
        for (const advertiser of [0, 1]) {
          const txid = tenant.word(`${name} of advertiser ${advertiser}`, 'requests', advertiser)
          await post(twins.app, tenant, advertiser, { txid, amount: 'x' })
        }
      }
      all = await until(() => listeners.every((listener) => isTold(listener, name)), name, 2_000).then(
        () => true,
        () => false,
      )
    }
    for (const { heard } of listeners) heard.delete('receipts')
  }

  /** The last order of each way is the end of all that is to be heard. */
  async function untilAllHeard({ onlooker, socket, heard, streams }: Listener): Promise<void> {
    const own = twins.canaries.all.filter(({ label, ...mark }) => /^last order /.test(label) && maySee(onlooker, mark))
    const isIn = (texts: string) => own.every(({ text }) => texts.includes(text))
    const told = onlooker.role === 'AFFILIATE' ? ['conversions'] : ['conversions', 'receipts']
    await until(
      () =>
        told.every((name) => isIn((heard.get(name) ?? []).join()) && isIn(JSON.stringify(streams.get(name)?.events))),
      `the last orders as ${onlooker.name}`,
    )
    // At most one report comes each tenth of a second, the last of them after all else; what is asked last is answered last.
    const figures = totalsIn((await onlooker.ask(onlooker.writer.all(queries, report))).text)
    await until(() => totalsIn(heard.get('performance')?.at(-1)) === figures, `a report as ${onlooker.name}`)
    socket.send(subscribe('fence', '{ viewer { role } }'))
    await until(() => heard.has('fence'), 'an answer')
  }

  test('hears nothing of another workspace, and nothing that its role may not hear', () => {
    let messages = 0
    for (const { onlooker, heard, streams } of listeners) {
      const overHttp = [...streams.values()].flatMap(({ events }) => events.map((event) => JSON.stringify(event)))
      for (const text of [...[...heard.values()].flat(), ...overHttp]) {
        assert.deepEqual(twins.canaries.leaks(text, onlooker), [], `${onlooker.name}: ${text}`)
        messages += 1
      }
    }
    assert.ok(messages > 200, `${messages}`)
  })

  test('hears by an id that is not theirs what is heard by one that nobody has', () => {
    const own = listeners.filter(({ onlooker }) => onlooker.tenant === 0)
    for (const { slot, kind, nobodys } of asked) {
      for (const { onlooker, said } of own) {
        const expected = said(`nobodys ${slot.name}`, nobodys)
        for (const [index, id] of onlooker.hiddenIds(kind).entries()) {
          const heard = said(`hidden ${index} ${slot.name}`, id)
          assert.deepEqual(heard, expected, `${slot.name} as ${onlooker.name}`)
        }
        if (onlooker.role !== 'ADMIN') continue
        const mine = said(`own ${slot.name}`, onlooker.samples[kind])
        assert.notDeepEqual(mine, expected, `${slot.name} wants a recipe: an id of our own makes no difference there`)
      }
    }
  })

  test('hears the same where only what it may not hear is different', () => {
    for (const eyes of unaware) {
      const [one, other] = listeners.filter(
        ({ onlooker }) => onlooker.role === eyes.role && onlooker.index === eyes.index,
      )
      assert.ok(one && other)
      for (const { name } of fields) {
        const told = (listener: Listener) => {
          const texts = listener.heard.get(name) ?? []
          // How many reports come in between is a matter of time.
          const decided = (name === 'performance' ? texts.slice(-1) : texts).join('\n')
          return twins.canaries.normalize(decided).replaceAll(ofItsMoment, '')
        }
        assertSame(told(one), told(other), `${name} as ${one.onlooker.name}`)
      }
    }
  })

  test('by a cursor of another viewer is refused as one who made it up', async () => {
    const heads = await Promise.all(onlookers.map(({ key }) => twins.app.head(key)))
    const slots = places('Cursor')
    assert.ok(slots.length > 0)
    for (const [index, listener] of listeners.entries()) {
      const { onlooker, heard, said } = listener
      for (const slot of slots) {
        const by = (id: string, after: string) =>
          ask(listener, slot.field, id, onlooker.writer.with(subscriptions, [], slot, after))
        const madeUp = randomBytes(60).toString('base64url')
        by('made up', madeUp)
        for (const [whose, head] of heads.entries()) if (whose !== index) by(`after ${whose}`, head)
        const ids = ['made up', ...heads.keys().map((whose) => `after ${whose}`)]
        await until(() => ids.every((id) => id === `after ${index}` || heard.has(id)), 'all answers')
        assert.match(said('made up', madeUp).join(), /BAD_USER_INPUT/)
        for (const [whose, head] of heads.entries()) {
          if (whose !== index) assert.deepEqual(said(`after ${whose}`, head), said('made up', madeUp), onlooker.name)
        }
      }
    }
  })

  test('is sent all that there is to follow', () => {
    const seen = new Set<string>()
    for (const { heard } of listeners) {
      for (const text of fields.flatMap(({ name }) => heard.get(name) ?? [])) {
        noteFields(subscriptions, (JSON.parse(text) as { payload: { data: unknown } }).payload.data, seen)
      }
    }
    for (const { name } of fields) assert.ok(seen.has(`Subscription.${name}`), name)
  })
})
