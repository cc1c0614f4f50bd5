import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createLookup } from '../../src/database/lookup.js'

suite('Look-ups', () => {
  /** A look-up over `values`, which counts what it is asked for. */
  function create({ maxFound = 10, maxAbsent = 10 } = {}) {
    const values = new Map<string, object>()
    const asked: string[] = []
    const time = { nowMs: 1_000 }
    const load = async (key: string) => {
      asked.push(key)
      return values.get(key) ?? null
    }
    const clock = () => time.nowMs
    const lookup = createLookup({ load, maxFound, foundTtlMs: 100, maxAbsent, absentTtlMs: 50, clock })
    return { ...lookup, values, asked, time }
  }

  test('the same question at the same time is asked once', async () => {
    const { find, values, asked } = create()
    values.set('a', { a: 1 })
    const found = await Promise.all([find('a'), find('a'), find('b'), find('b')])
    assert.deepEqual(found, [{ a: 1 }, { a: 1 }, null, null])
    assert.deepEqual(asked, ['a', 'b'])
  })

  test('what was found is remembered for its time, what was not for its own', async () => {
    const { find, values, asked, time } = create()
    values.set('a', {})
    await Promise.all([find('a'), find('b')])
    time.nowMs = 1_049
    await Promise.all([find('a'), find('b')])
    assert.deepEqual(asked, ['a', 'b'])
    time.nowMs = 1_051
    await Promise.all([find('a'), find('b')])
    assert.deepEqual(asked, ['a', 'b', 'b'])
    time.nowMs = 1_101
    await find('a')
    assert.deepEqual(asked, ['a', 'b', 'b', 'a'])
  })

  test('a flood of what does not exist pushes out nothing that does', async () => {
    const { find, values, asked } = create({ maxFound: 1, maxAbsent: 1 })
    values.set('a', {})
    await find('a')
    for (let number = 0; number < 100; number += 1) await find(`absent ${number}`)
    asked.length = 0
    await find('a')
    assert.deepEqual(asked, [])
  })

  test('what is forgotten while it is looked up is not remembered', async () => {
    const { find, forget, values, asked } = create()
    values.set('a', { old: true })
    const old = find('a')
    forget('a')
    values.set('a', { old: false })
    assert.deepEqual(await find('a'), { old: false })
    assert.deepEqual(await old, { old: true })
    assert.deepEqual(await find('a'), { old: false })
    assert.deepEqual(asked, ['a', 'a'])
  })

  test('a look-up that fails is told, and not remembered', async () => {
    let fails = true
    const load = async () => {
      if (fails) throw new Error('away')
      return { found: true }
    }
    const { find } = createLookup({ load, maxFound: 1, maxAbsent: 1, absentTtlMs: 1, clock: () => 0 })
    await assert.rejects(find('a'), /away/)
    fails = false
    assert.deepEqual(await find('a'), { found: true })
  })

  suite('while the database is away', () => {
    /** A look-up over `values` that fails while `away` is set. */
    function createFailing() {
      const values = new Map<string, object>()
      const state = { nowMs: 1_000, away: false }
      const lookup = createLookup<string, object>({
        async load(key) {
          if (state.away) throw new Error('away')
          return values.get(key) ?? null
        },
        ...{
          maxFound: 10,
          foundTtlMs: 100,
          awayTtlMs: 1_000,
          maxAbsent: 10,
          absentTtlMs: 50,
          clock: () => state.nowMs,
        },
      })
      return { ...lookup, values, state }
    }

    test('what was found before is found still, for its longer time and no longer', async () => {
      const { find, values, state } = createFailing()
      values.set('a', { a: 1 })
      await find('a')
      state.away = true
      state.nowMs = 2_000
      assert.deepEqual(await find('a'), { a: 1 })
      state.nowMs = 2_001
      await assert.rejects(find('a'), /away/)
    })

    test('what it never told of is a failure, and is not absent; nor is what it told was absent, once its time is up', async () => {
      const { find, state } = createFailing()
      assert.equal(await find('b'), null)
      state.away = true
      await assert.rejects(find('a'), /away/)
      assert.equal(await find('b'), null)
      state.nowMs = 1_051
      await assert.rejects(find('b'), /away/)
    })

    test('what was forgotten, or was found to be gone, is not found again', async () => {
      const { find, forget, values, state } = createFailing()
      values.set('a', {}).set('b', {})
      await Promise.all([find('a'), find('b')])
      forget('a')
      values.delete('b')
      state.nowMs = 1_101
      assert.equal(await find('b'), null)
      state.away = true
      state.nowMs = 1_200
      await assert.rejects(find('a'), /away/)
      await assert.rejects(find('b'), /away/)
    })
  })
})
