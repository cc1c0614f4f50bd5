import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import pLimit from 'p-limit'
import { createCursors } from '../../src/access/cursor.js'
import type { Scope } from '../../src/access/scope.js'
import { newId } from '../../src/kernel/ids.js'
import { createChangeFeed } from '../../src/live/change-feed.js'
import type { Feed } from '../../src/live/feed.js'
import type { LiveParts } from '../../src/live/live-parts.js'
import type { Outlet } from '../../src/live/outlet.js'
import { createReportFeed } from '../../src/live/report-feed.js'
import type { Followed, Listener } from '../../src/live/tails.js'

suite('what is followed while the books are restored', () => {
  const scope: Scope = {
    ...{ workspaceId: newId<'wsp'>(), keyId: newId<'key'>() },
    ...{ role: 'ADMIN', advertiserId: null, affiliateId: null },
  }
  const cursors = createCursors(Buffer.alloc(32))
  const renderer = { id: 1, render: () => assert.fail('nothing is shown') }

  /** As much of its parts as a feed needs here, of a workspace at position 5; looking finds that it was restored. */
  function openParts() {
    const listeners: Listener[] = []
    const expire = () => {
      for (const listener of listeners) listener.expire()
    }
    const head = { ...{ epoch: 1, position: 5, revision: 5 }, ...{ receiptSequence: 5, catalogVersion: 1 } }
    const followed = {
      tail: { head: () => head, reached: () => 5, delivered: () => 5 },
      audience: { add: () => undefined, remove: () => undefined },
      look: async () => expire(),
    } as unknown as Followed
    const parts = {
      ...{ cursors, clock: () => 0, farReads: pLimit(1), onError: () => undefined, room: { isFull: () => false } },
      rows: () => new Promise<never>(() => undefined),
      tails: {
        async follow<L extends Listener>(_: string, listen: (followed: Followed) => L) {
          const listener = listen(followed)
          listeners.push(listener)
          return { listener, followed, leave: () => undefined }
        },
      },
    } as unknown as LiveParts
    return { parts, expire }
  }

  const feeds: Readonly<Record<string, (parts: LiveParts) => Feed>> = {
    report: (parts) => createReportFeed(parts, scope, { range: 'TODAY' }, 1_000),
    'feed of changes': (parts) => createChangeFeed(parts, scope, {}),
  }
  for (const [name, create] of Object.entries(feeds)) {
    test(`a ${name} ends for those who come when that was just noticed, as for those who were there`, async () => {
      const { parts, expire } = openParts()
      const group = await create(parts).open(renderer)
      const failed: string[] = []
      const outlet = (name: string): Outlet => ({
        bufferedBytes: () => 0,
        push: () => undefined,
        fail: () => void failed.push(name),
        sendAway() {},
      })
      // Both have asked where to begin before there was anything wrong.
      const [place, other] = [await group.start(null), await group.start(null)]
      group.join(outlet('before'), place)
      expire()
      group.join(outlet('after'), other)
      assert.deepEqual(failed, ['before', 'after'])
      group.close()
    })
  }

  test('a place of the books from before is told to have expired, also where looking for it is what finds that out', async () => {
    const group = await createChangeFeed(openParts().parts, scope, {}).open(renderer)
    const after = cursors.seal(scope, { epoch: 1, position: 9, revision: 0, catalogVersion: 0 })
    await assert.rejects(group.start(after), { code: 'CURSOR_EXPIRED' })
    group.close()
  })
})
