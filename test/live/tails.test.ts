import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Rows } from '../../src/database/rows.js'
import { newId, type WorkspaceId } from '../../src/kernel/ids.js'
import { liveLimits } from '../../src/live/limits.js'
import { rememberCatalog } from '../../src/live/remember-catalog.js'
import { createTails } from '../../src/live/tails.js'
import { createTestApp, until, within } from '../support/app.js'
import { openShop } from './shop.js'

const noRows: Rows = async () => []

suite('the tails of what is followed', { timeout: 240_000 }, () => {
  test('a commit that cannot be told of is no trouble of the ledger’s', async () => {
    const errors: unknown[] = []
    const broken = new Error('the bus is broken')
    const tails = await createTails({
      rows: noRows,
      openBus: async () => ({
        kind: 'nats',
        isConnected: true,
        publish() {
          throw broken
        },
        follow: () => () => undefined,
        close: async () => undefined,
      }),
      remembered: rememberCatalog(),
      limits: liveLimits,
      onError: (error) => void errors.push(error),
    })
    const workspaceId: WorkspaceId = newId<'wsp'>()
    const head = { workspaceId, epoch: 1, position: 1, revision: 1, receiptSequence: 1, catalogVersion: 1 }
    tails.announce({ ...head, changes: [], touched: [] })
    assert.deepEqual(errors, [broken])
    await tails.close()
  })

  test('a restore ends what is followed with CURSOR_EXPIRED, and the next subscription follows the restored books', async () => {
    const app = await createTestApp()
    const shop = await openShop(app)
    const query = 'subscription { conversions { conversion { transactionId } } }'
    type Data = { conversions: { conversion: { transactionId: string } } }
    const before = app.subscribe<Data>(app.adminKey, query)
    const ended = before.next().catch((error: unknown) => error)
    await until(() => app.live.catalog.of(app.workspaceId) !== null, 'a tail')
    await app.rows('update workspace_head set epoch = epoch + 1 where workspace_id = $1', [app.workspaceId])
    const error = await within(ended, 'the end of the feed')
    assert.match(JSON.stringify(error), /CURSOR_EXPIRED/)

    const after = app.subscribe<Data>(app.adminKey, query)
    const next = after.next()
    await until(() => app.live.catalog.of(app.workspaceId) !== null, 'a new tail')
    await shop.order('restored')
    assert.equal((await within(next, 'a change')).value?.data.conversions.conversion.transactionId, 'restored')
    await app.close()
  })
})
