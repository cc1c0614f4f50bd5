import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { GraphQLObjectType } from 'graphql'
import type { IdPrefix } from '../../src/kernel/ids.js'
import { schema } from '../../src/schema.js'
import { dumpWorkspace } from './dump.js'
import { createOnlookers, fieldsWithin, noteFields, type Onlooker, troubleIn } from './look.js'
import { kindOf, unknownId } from './recipes.js'
import { createTwins, type Twins } from './twins.js'
import { type Slot, slotsOf } from './write-operation.js'

const queries = schema.getQueryType() as GraphQLObjectType // there is one
const mutations = schema.getMutationType() as GraphQLObjectType // the same
const places = (leaf: string) => slotsOf(schema, [leaf]).filter(({ type }) => type === mutations)

/** Fields that no mutation here gives a value for, and why. */
const neverSeen: Readonly<Record<string, string>> = {}

suite('whoever changes what is not theirs', { timeout: 120_000 }, () => {
  let twins: Twins
  let onlookers: readonly Onlooker[]
  const seen = new Set<string>()
  before(async () => {
    twins = await createTwins()
    onlookers = await createOnlookers(twins)
  })
  after(() => twins?.close())

  const admin = () => onlookers[0] as Onlooker // the first one
  const dumpBoth = () => Promise.all(twins.tenants.map(({ scope }) => dumpWorkspace(twins.app.rows, scope.workspaceId)))

  /** What is answered where a value stands in a place, with the value as the same word. */
  async function answer(onlooker: Onlooker, slot: Slot, value: string, saidBefore = ''): Promise<string> {
    const asked = onlooker.writer.with(mutations, [], slot, slot.isList ? [value] : value)
    const answered = await onlooker.ask(asked)
    assert.equal(troubleIn(answered), null, `${slot.name} as ${onlooker.name}`)
    await twins.learnIds()
    // What was made for this viewer is told it this once.
    const leaks = twins.canaries.leaks(answered.text, onlooker, saidBefore + JSON.stringify(asked.variables))
    assert.deepEqual(
      leaks.filter((leak) => !leak.startsWith('a secret')),
      [],
      `${slot.name} as ${onlooker.name}`,
    )
    if (onlooker === admin()) noteFields(mutations, JSON.parse(answered.text).data, seen)
    return `${answered.status} ${answered.text.replaceAll(value, 'IT')}`
  }

  /** One of the ADMIN's own that a mutation finds something to do with. */
  function ownId(slot: Slot, kind: IdPrefix): string {
    if (slot.name !== 'Mutation.replayParked.filter.clickId') return admin().samples[kind]
    // Only a click that has not come yet has a postback that waits.
    const [waited] = [...twins.canaries.ids.values()].filter(
      ({ kind: of, of: whose }) => of === 'clk' && whose === 'requests',
    )
    return waited?.text ?? ''
  }

  test('by an id is refused as if nobody had it, and changes nothing of anybody', async () => {
    const slots = places('ID')
    assert.ok(slots.length > 12, `${slots.length}`)
    const untouched = await dumpBoth()
    for (const slot of slots) {
      const kind = kindOf(schema, slot)
      for (const onlooker of onlookers.filter(({ tenant }) => tenant === 0)) {
        const expected = await answer(onlooker, slot, unknownId(kind))
        for (const foreign of onlooker.hiddenIds(kind)) {
          assert.equal(await answer(onlooker, slot, foreign), expected, `${slot.name} as ${onlooker.name}`)
        }
      }
    }
    assert.deepEqual(await dumpBoth(), untouched)
  })

  test('changes it where it is theirs, so that none of this was asked in vain', async () => {
    const [, untouched] = await dumpBoth()
    for (const slot of places('ID')) {
      const kind = kindOf(schema, slot)
      const own = await answer(admin(), slot, ownId(slot, kind))
      assert.notEqual(own, await answer(admin(), slot, unknownId(kind)), `${slot.name} wants a recipe`)
    }
    for (const field of Object.values(mutations.getFields())) {
      const { text } = await admin().ask(admin().writer.all(mutations, field))
      noteFields(mutations, JSON.parse(text).data, seen)
    }
    const [, there] = await dumpBoth()
    assert.deepEqual(there, untouched)
    const read = new Set(fieldsWithin(queries))
    const written = fieldsWithin(mutations).filter((field) => !read.has(field))
    assert.deepEqual(
      written.filter((field) => !seen.has(field)),
      Object.keys(neverSeen),
    )
  })

  test('by a text is answered as if nobody had said it, and changes nothing there', async () => {
    const labels = ['ref 0', 'affiliate 0', 'order of way 0', 'event of campaign 0']
    const texts = labels.map((label) => twins.canaries.textOf(1, label))
    // What is written here is its own from then on.
    const said = texts.join()
    const [, untouched] = await dumpBoth()
    for (const slot of places('String')) {
      for (const [index, text] of texts.entries()) {
        const expected = await answer(admin(), slot, `nobody-${index}`, said)
        // Where texts are sorted, these have different places; what was refused and why is to be the same.
        assert.deepEqual(refusalIn(await answer(admin(), slot, text, said)), refusalIn(expected), slot.name)
      }
    }
    const [, there] = await dumpBoth()
    assert.deepEqual(there, untouched)
  })
})

const refusalIn = (answered: string): unknown => JSON.parse(answered.slice(answered.indexOf('{'))).errors ?? null
