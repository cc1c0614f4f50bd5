import 'reflect-metadata'
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createCatalogCache } from '../../src/catalog/catalog-cache.js'
import { openPipeline } from '../../src/database/pipeline.js'
import { type Demo, startDemo } from '../../src/demo/start-demo.js'
import type { Clock } from '../../src/kernel/clock.js'
import { createLedger, ledgerLimits } from '../../src/ledger/append.js'
import { createTestBooks } from '../support/books.js'

const dayMs = 86_400_000
/** Far more than any of it takes: a demo that hangs must not hang the tests. */
const timeout = 120_000

/** A workspace with all that a demo needs, on a database of its own; time stands still until it is moved. */
async function createStageSet() {
  const books = await createTestBooks(Date.parse('2026-03-18T20:00:00Z'))
  const { rows, connection, clock, catalogWrites } = books
  const scope = await books.newScope()
  const { workspaceId } = scope
  const said: string[] = []
  let heard = () => {}
  const openLedger = (bookingClock: Clock) =>
    createLedger({
      open: () => openPipeline(connection, 5_000),
      catalogs: createCatalogCache({ rows, maxWorkspaces: 10, maxAgeMs: 2_000, now: clock }),
      clock: bookingClock,
      onCommit: () => heard(),
      log: (message, error) => void books.logged.push(`${message}: ${String(error)}`),
      limits: ledgerLimits,
    })
  const ledger = openLedger(clock)
  return {
    ...books,
    workspaceId,
    said,
    start: (): Demo =>
      startDemo({ ledger, openLedger, catalogWrites, scope, rows, clock, say: (line) => void said.push(line) }),
    async count(table: string): Promise<number> {
      const [row] = await rows<{ count: string }>(`select count(*) from ${table} where workspace_id = $1`, [
        workspaceId,
      ])
      return Number(row?.count)
    },
    /** Resolves after the first commit from now on at which `isSo`. */
    until: (isSo: () => Promise<boolean>) =>
      new Promise<void>((resolve, reject) => {
        heard = () => void isSo().then((so) => so && resolve(), reject)
      }),
    async close() {
      await ledger.close()
      await books.close()
    },
  }
}

type StageSet = Awaited<ReturnType<typeof createStageSet>>

const tables = ['advertiser', 'campaign', 'affiliate', 'link', 'click', 'conversion', 'receipt', 'conversion_change']

async function countAll({ count }: StageSet): Promise<Record<string, number>> {
  return Object.fromEntries(await Promise.all(tables.map(async (table) => [table, await count(table)] as const)))
}

describe('a month of history', { timeout }, () => {
  let stage: StageSet
  let filled: Record<string, number>

  before(async () => {
    stage = await createStageSet()
    const demo = stage.start()
    await demo.filled
    await demo.stop()
    filled = await countAll(stage)
  })
  after(() => stage.close())

  test('is filled', () => {
    const { advertiser, campaign, affiliate, link, click = 0, conversion = 0, receipt = 0 } = filled
    assert.deepEqual({ advertiser, campaign, affiliate, link }, { advertiser: 4, campaign: 6, affiliate: 8, link: 22 })
    assert.ok(click > 11_000 && click < 13_000, `${click} clicks`)
    assert.ok(conversion > 700 && conversion < 1_200, `${conversion} conversions`)
    assert.ok(receipt > conversion, `${receipt} receipts`)
    assert.match(stage.said[0] ?? '', /^Filling the demo: [\d,]+ clicks …$/)
    assert.match(stage.said.at(-1) ?? '', / 100 %$/)
    assert.deepEqual(stage.logged, [])
  })

  test('is filled only once', async () => {
    const demo = stage.start()
    await demo.filled
    await demo.stop()
    assert.deepEqual(await countAll(stage), filled)
  })

  test('has the same figures in conversions, in roll-ups and in changes', async () => {
    while (await stage.folding.foldAll());
    const statuses = ['pending', 'approved', 'rejected', 'reversed']
    const measures = ['sale_amount', 'revenue', 'payout']
    const sums = (select: readonly string[], table: string) =>
      stage.rows(`select ${select.join(', ')} from ${table} where workspace_id = $1`, [stage.workspaceId])

    const ofConversions = await sums(
      [
        ...statuses.map((name) => `count(*) filter (where status = upper('${name}')) as ${name}`),
        ...measures.map(
          (name) => `trim_scale(sum(${name}) filter (where status in ('PENDING', 'APPROVED'))) as ${name}`,
        ),
      ],
      'conversion',
    )
    for (const basis of ['event', 'click', 'change']) {
      const ofRollups = await sums(
        [
          ...statuses.map((name) => `sum(${basis}_${name})::bigint as ${name}`),
          ...measures.map((name) => `trim_scale(sum(${basis}_pending_${name} + ${basis}_approved_${name})) as ${name}`),
        ],
        'conversion_rollup_base',
      )
      assert.deepEqual(ofRollups, ofConversions, basis)
    }
    assert.deepEqual(
      await sums(
        measures.map((name) => `trim_scale(sum(${name}_delta)) as ${name}`),
        'conversion_change',
      ),
      await sums(
        measures.map((name) => `trim_scale(sum(${name})) as ${name}`),
        'conversion',
      ),
    )
    assert.deepEqual(
      await sums(
        ['sum(clicks)::bigint as people', 'sum(bot_clicks)::bigint as bots', 'sum(cost) as cost'],
        'click_rollup_base',
      ),
      await sums(
        ['count(*) filter (where not bot) as people', 'count(*) filter (where bot) as bots', 'sum(cost) as cost'],
        'click',
      ),
    )
  })

  test('has no negative money', async () => {
    const [row] = await stage.rows<{ count: string }>(
      `select count(*) from (
         select least(amount, sale_amount, revenue, payout) as least from conversion
         union all select least(amount, sale_amount, revenue, payout) from conversion_change
         union all select cost from click) m where least < 0`,
    )
    assert.equal(row?.count, '0')
  })

  test('has something of everything: statuses, outcomes, goals, bots', async () => {
    const distinct = async (column: string, table: string) => {
      const found = await stage.rows<{ value: string }>(
        `select distinct ${column}::text as value from ${table} order by 1`,
      )
      return found.map(({ value }) => value)
    }
    assert.deepEqual(await distinct('status', 'conversion'), ['APPROVED', 'PENDING', 'REJECTED', 'REVERSED'])
    assert.deepEqual(await distinct('outcome', 'receipt'), [
      'ACCEPTED',
      'CONFLICT',
      'DUPLICATE',
      'REJECTED',
      'UNMATCHED',
      'UPDATED',
    ])
    assert.deepEqual(await distinct('bot', 'click'), ['false', 'true'])
    assert.equal((await distinct('event', 'conversion')).length, 8)
  })

  test('was booked when it happened, and no token is in it', async () => {
    const [row] = await stage.rows<{ early: string; days: string; told: string }>(
      `select (select count(*) from click where booked_at < at)::text as early,
              (select count(distinct at::date) from conversion_change)::text as days,
              (select count(*) from receipt where url like '%token=%' and url not like '%token=***%')::text as told`,
    )
    assert.equal(row?.early, '0')
    assert.ok(Number(row?.days) >= 28, `changes on ${row?.days} days`)
    assert.equal(row?.told, '0')
  })

  test('goes on where the demo was off', async () => {
    stage.time.nowMs += 2 * dayMs
    const demo = stage.start()
    await demo.filled
    await demo.stop()
    const now = await countAll(stage)
    const more = (now.click ?? 0) - (filled.click ?? 0)
    assert.ok(more > 500 && more < 1_200, `${more} clicks in two days`)
    assert.deepEqual([now.link, now.campaign], [filled.link, filled.campaign])
  })
})

test('a fill that is stopped ends soon, and the next start carries it on', { timeout }, async () => {
  const stage = await createStageSet()
  try {
    const demo = stage.start()
    await stage.until(async () => (await stage.count('click')) > 500)
    await demo.stop()
    await demo.filled
    const broken = await stage.count('click')
    assert.ok(broken < 10_000, `${broken} clicks`)

    const again = stage.start()
    await again.filled
    await again.stop()
    const { click = 0, link } = await countAll(stage)
    assert.ok(click > 11_000 && click < 13_000, `${click} clicks`)
    assert.equal(link, 22)
  } finally {
    await stage.close()
  }
})

test('traffic keeps coming until it is stopped, and then no more', { timeout }, async () => {
  const stage = await createStageSet()
  try {
    const demo = stage.start()
    await demo.filled
    const before = await countAll(stage)
    // Time flies from here on, so that nobody has to wait for visitors.
    const ticking = setInterval(() => {
      stage.time.nowMs += 1_000
    }, 5)
    await stage.until(async () => {
      const { click = 0, conversion_change = 0 } = await countAll(stage)
      return click > (before.click ?? 0) && conversion_change > (before.conversion_change ?? 0)
    })
    await demo.stop()
    const stopped = await countAll(stage)
    stage.time.nowMs += 60_000
    clearInterval(ticking)
    await new Promise((resolve) => setImmediate(resolve))
    assert.deepEqual(await countAll(stage), stopped)
    assert.deepEqual(stage.logged, [])
  } finally {
    await stage.close()
  }
})
