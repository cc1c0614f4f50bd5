import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { type GraphQLObjectType, getNamedType, isObjectType } from 'graphql'
import { type PageKind, pageCursor } from '../../src/database/page.js'
import type { IdPrefix } from '../../src/kernel/ids.js'
import { schema } from '../../src/schema.js'
import type { Canary } from './canaries.js'
import { maySee } from './eyes.js'
import { createOnlookers, type Onlooker, troubleIn } from './look.js'
import { kindOf, unknownId } from './recipes.js'
import { createTwins, type Twins } from './twins.js'
import { type Slot, slotsOf, waysFrom } from './write-operation.js'

const queries = schema.getQueryType() as GraphQLObjectType // there is one
const ways = waysFrom(queries)
const places = (leaf: string) => slotsOf(schema, [leaf]).filter(({ type }) => ways.has(type.name))

/** Texts that no text of ours is compared with, and why it makes no difference which one it is. */
const deaf: Readonly<Record<string, string>> = {
  'Query.receipts.filter.reasonCodes': 'the codes are a closed list, the same for everybody',
}

suite('whoever names what is not theirs', { timeout: 240_000 }, () => {
  let twins: Twins
  let onlookers: readonly Onlooker[]
  before(async () => {
    twins = await createTwins()
    onlookers = await createOnlookers(twins)
  })
  after(() => twins?.close())

  const admin = () => onlookers[0] as Onlooker // the first one
  const forSlot = (slot: Slot, value: unknown) => (slot.isList && !Array.isArray(value) ? [value] : value)

  /** What is answered where a value stands in a place, with each of `values` as the same word. */
  async function answer(onlooker: Onlooker, slot: Slot, value: unknown, ...named: string[]): Promise<string> {
    const way = ways.get(slot.type.name) ?? []
    const asked = onlooker.writer.with(queries, way, slot, forSlot(slot, value))
    const seen = await onlooker.ask(asked)
    assert.equal(troubleIn(seen), null, `${slot.name} as ${onlooker.name}`)
    const leaks = twins.canaries.leaks(seen.text, onlooker, JSON.stringify(asked.variables))
    assert.deepEqual(leaks, [], `${slot.name} as ${onlooker.name}`)
    return named.reduce((text, name) => text.replaceAll(name, 'IT'), `${seen.status} ${seen.text}`)
  }

  /** In a workspace each role is asked; the other workspace's would be asked nothing else. */
  const eachAtOnce = (
    work: (onlooker: Onlooker) => Promise<void>,
    isAsked: (onlooker: Onlooker) => boolean = () => true,
  ) => Promise.all(onlookers.filter((onlooker) => onlooker.tenant === 0 && isAsked(onlooker)).map(work))
  /** Of those who see alike, one: there are thousands of words to say. */
  const isFirst = ({ role, index }: Onlooker) => role !== 'ANALYST' && index === 0

  test('by an id is answered as if nobody had it, wherever an id can be put', async () => {
    const slots = places('ID')
    assert.ok(slots.length > 30, `${slots.length}`)
    for (const slot of slots) {
      const kind = kindOf(schema, slot)
      const own = admin().samples[kind]
      const nobodys = unknownId(kind)
      const found = await answer(admin(), slot, own, own)
      const unknown = await answer(admin(), slot, nobodys, nobodys)
      assert.notEqual(found, unknown, `${slot.name} wants a recipe: an id of our own makes no difference there`)
      await eachAtOnce(async (onlooker) => {
        const expected = await answer(onlooker, slot, nobodys, nobodys)
        const mine = onlooker.samples[kind]
        const besideMine = slot.isList ? await answer(onlooker, slot, [mine, nobodys], nobodys) : ''
        for (const foreign of onlooker.hiddenIds(kind)) {
          const what = `${slot.name} as ${onlooker.name}`
          assert.equal(await answer(onlooker, slot, foreign, foreign), expected, what)
          if (slot.isList) assert.equal(await answer(onlooker, slot, [mine, foreign], foreign), besideMine, what)
        }
      })
    }
  })

  test('by a text that is not theirs is answered as if nobody had said it', async () => {
    const own = twins.canaries.all.filter(({ tenant, of, index }) => tenant === 0 && of !== 'secret' && index === 0)
    const unheard: string[] = []
    for (const slot of [...places('String'), ...places('JSONObject')]) {
      const toValue = (text: string) => (slot.leaf === 'JSONObject' ? { sub1: text } : text)
      const say = (onlooker: Onlooker, text: string) => answer(onlooker, slot, toValue(text), text)
      const telling = await tellingOf(slot, own, (text) => say(admin(), text))
      if (telling.size === 0) unheard.push(slot.name)
      await eachAtOnce(async (onlooker) => {
        const expected = await say(onlooker, nobodys)
        for (const { text, label } of hiddenTexts(onlooker, telling)) {
          assert.equal(await say(onlooker, text), expected, `${slot.name} as ${onlooker.name}: ${label}`)
        }
      }, isFirst)
    }
    assert.deepEqual(unheard, Object.keys(deaf))
  })

  const known = new Map<string, ReadonlySet<string>>()

  /** The labels of those texts that make a difference in a place, found out once for each field of an input. */
  async function tellingOf(slot: Slot, own: readonly Canary[], say: (text: string) => Promise<string>) {
    const field = slot.path.length === 1 ? slot.name : slot.name.split('.').slice(-2).join('.')
    const found = known.get(field)
    if (found !== undefined) return found
    const nothing = await say(nobodys)
    const labels = new Set<string>()
    for (const { text, label } of own) if ((await say(text)) !== nothing) labels.add(withoutNumber(label))
    known.set(field, labels)
    return labels
  }

  /** One of each of these labels that these eyes may not see, of either workspace. */
  function hiddenTexts(onlooker: Onlooker, labels: ReadonlySet<string>): Iterable<Canary> {
    const hidden = twins.canaries.all.filter(
      (canary) => labels.has(withoutNumber(canary.label)) && !maySee(onlooker, canary),
    )
    return new Map(hidden.map((canary) => [`${canary.tenant} ${withoutNumber(canary.label)}`, canary])).values()
  }

  test('by a cursor of another viewer is refused as one who made it up', async () => {
    const heads = await Promise.all(onlookers.map(({ key }) => twins.app.head(key)))
    const slots = places('Cursor')
    assert.ok(slots.length > 0)
    for (const slot of slots) {
      await eachAtOnce(async (onlooker) => {
        const own = heads[onlookers.indexOf(onlooker)] as string // each has one
        const madeUp = randomBytes(60).toString('base64url')
        const expected = await answer(onlooker, slot, madeUp, madeUp)
        assert.match(expected, /BAD_USER_INPUT/)
        assert.doesNotMatch(await answer(onlooker, slot, own), /"errors"/)
        for (const head of heads) {
          if (head !== own)
            assert.equal(await answer(onlooker, slot, head, head), expected, `${slot.name} as ${onlooker.name}`)
        }
      })
    }
  })

  test("by a page's cursor of another viewer learns no more than by one beside it", async () => {
    const slots = places('PageCursor')
    assert.ok(slots.length > 10, `${slots.length}`)
    const all = [...twins.canaries.ids.values()]
    for (const slot of slots) {
      const node = getNamedType(slot.field.type).name.replace(/Connection$/, '')
      const prefix = prefixOf(node)
      if (prefix === null) continue
      await eachAtOnce(async (onlooker) => {
        const hidden = all.filter((id) => id.kind === prefix && !maySee(onlooker, id))
        for (const { uuid } of [hidden[0], hidden.at(-1)].filter((id) => id !== undefined)) {
          const foreign = cursorOf(node, uuid)
          const beside = cursorOf(node, besides(uuid))
          const expected = await answer(onlooker, slot, beside, beside)
          assert.equal(await answer(onlooker, slot, foreign, foreign), expected, `${slot.name} as ${onlooker.name}`)
        }
      })
    }
  })
})

const nobodys = 'of-nobody'

/** `order of way 0` and `order of way 1` say the same of different ways. */
const withoutNumber = (label: string): string => label.replace(/ \d$/, '')

/** How the ids of a type begin; null where it has none. */
function prefixOf(name: string): IdPrefix | null {
  const type = schema.getType(name)
  const described = isObjectType(type) ? type.getFields().id?.description : undefined
  return (/`(\w{3})_…`/.exec(described ?? '')?.[1] ?? null) as IdPrefix | null // as the schema describes it
}

const cursorOf = (node: string, uuid: string): string =>
  pageCursor(`${node[0]?.toLowerCase()}${node.slice(1)}` as PageKind, uuid) // lists are named for what is in them

/** An id that nobody has, and between which and this one there is no other. */
const besides = (uuid: string): string =>
  `${uuid.slice(0, -1)}${(Number.parseInt(uuid.slice(-1), 16) ^ 1).toString(16)}`
