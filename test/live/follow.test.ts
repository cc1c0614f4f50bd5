import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { newId, type WorkspaceId } from '../../src/kernel/ids.js'
import { follow } from '../../src/live/follow.js'
import { createNews, type News } from '../../src/live/news.js'

const workspaceId = newId<'wsp'>() as WorkspaceId
const never = 2 ** 30

/** News, and how many follow it or wait for it now. */
function createCountedNews(pollMs = never) {
  const news = createNews(pollMs)
  const counts = { following: 0, waiting: 0 }
  const counted: News = {
    ...news,
    follow(id) {
      counts.following += 1
      const leave = news.follow(id)
      return () => {
        counts.following -= 1
        leave()
      }
    },
    async wait(id, heard, signal) {
      counts.waiting += 1
      await news.wait(id, heard, signal)
      counts.waiting -= 1
    },
  }
  return { news: counted, counts }
}

/** A list that grows, read three at a time, each read taking a turn or two of the event loop. */
function createList(news: News) {
  const items: number[] = []
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
  return {
    add(quietly = false) {
      items.push(items.length + 1)
      if (!quietly) news.tell(workspaceId)
    },
    async read(after: number) {
      await turn()
      const upTo = items.length
      const found = items.slice(after, Math.min(upTo, after + 3))
      await turn()
      return { items: found, next: after + found.length, caughtUp: after + found.length === upTo }
    },
    turn,
  }
}

const take = async (feed: AsyncIterator<number>, count: number) => {
  const taken: unknown[] = []
  while (taken.length < count) taken.push((await feed.next()).value)
  return taken
}
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

suite('following a sequence', () => {
  test('what comes between two reads, or during one, is neither missed nor repeated', async () => {
    const { news } = createCountedNews()
    const list = createList(news)
    const feed = follow(news, workspaceId, 0, list.read)
    const writing = (async () => {
      for (let index = 0; index < 200; index += 1) {
        list.add()
        if (index % 3 === 0) await list.turn()
      }
    })()
    assert.deepEqual(await take(feed, 200), upTo(200))
    await writing
    await feed.return?.()
  })

  test('what nobody told of is found by looking again', async () => {
    const { news } = createCountedNews(5)
    const list = createList(news)
    const feed = follow(news, workspaceId, 0, list.read)
    const first = feed.next()
    for (let index = 0; index < 4; index += 1) await list.turn()
    list.add(true)
    assert.equal((await first).value, 1)
    await feed.return?.()
  })

  test('an end lets go of everything, while it waits and while it reads', async () => {
    for (const turns of [0, 1, 2, 10]) {
      const { news, counts } = createCountedNews()
      const list = createList(news)
      const feed = follow(news, workspaceId, 0, list.read)
      const waiting = feed.next()
      for (let index = 0; index < turns; index += 1) await list.turn()
      await feed.return?.()
      assert.deepEqual(await waiting, { done: true, value: undefined })
      assert.deepEqual(counts, { following: 0, waiting: 0 }, `after ${turns} turns`)
      assert.equal((await feed.next()).done, true)
    }
  })

  test('a failure to read ends the feed with it, and lets go too', async () => {
    const { news, counts } = createCountedNews()
    const feed = follow(news, workspaceId, 0, () => Promise.reject(new Error('the database is away')))
    await assert.rejects(feed.next(), /the database is away/)
    assert.deepEqual(counts, { following: 0, waiting: 0 })
  })

  test('a consumer that takes nothing holds back one read and no more', async () => {
    const { news } = createCountedNews()
    const list = createList(news)
    let reads = 0
    const feed = follow(news, workspaceId, 0, (after: number) => {
      reads += 1
      return list.read(after)
    })
    for (let index = 0; index < 100; index += 1) list.add()
    await take(feed, 1)
    for (let index = 0; index < 50; index += 1) await list.turn()
    assert.equal(reads, 1)
    assert.deepEqual(await take(feed, 99), upTo(100).slice(1))
    await feed.return?.()
  })
})
