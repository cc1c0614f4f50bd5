import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, type TestContext, test } from 'node:test'
import { updateAffiliate } from '../../src/catalog/write-affiliate.js'
import { updateCampaign } from '../../src/catalog/write-campaign.js'
import { conversionColumns } from '../../src/exports/columns/conversion-columns.js'
import { type ConversionId, newId } from '../../src/kernel/ids.js'
import { clickDraft, makeWay, sale, type Way } from '../support/drafts.js'
import { beforeSnapshots, watchExports } from './before-snapshots.js'
import { type Cells, createExportWorld, type ExportWorld, readCsv } from './world.js'

const rowsOfPage = 3

suite('an export while the books go on', () => {
  let world: ExportWorld
  let way: Way
  let other: Way
  let pending: ConversionId[]
  let orders = 0
  before(async () => {
    world = await createExportWorld({ exportLimits: { firstPageRows: rowsOfPage, maxPageRows: rowsOfPage } })
    const { app, admin } = world
    const revenue = { kind: 'PERCENT' as const, value: '10' }
    const goals = [{ ...sale, revenue, startsAs: 'PENDING' as const, duplicates: 'UPDATE' as const }]
    way = await makeWay(app, admin, { goals })
    other = await makeWay(app, admin, { goals }, { advertiserId: way.advertiserId, campaignId: way.campaignId })
  })
  after(() => world.close())
  beforeEach(async () => {
    pending = []
    await Promise.all(Array.from({ length: 10 }, () => addOrder()))
  })

  const addOrder = async (amount = '80') => {
    orders += 1
    pending.push(await world.order(orders % 2 === 0 ? way : other, { amount }))
  }
  const changeOne = async (index: number) => {
    const [id] = pending.splice(index % pending.length, 1)
    if (id !== undefined) await world.setStatus(id, index % 3 === 0 ? 'REJECTED' : 'APPROVED')
  }

  /** Before each of the first pages the books move: old and new conversions, in front and behind. */
  function keepMoving(context: TestContext): { moves: number } {
    const moved = { moves: 0 }
    beforeSnapshots(context, async (number) => {
      if (number === 0 || number > 4) return
      moved.moves += 1
      await changeOne(number * 7)
      await addOrder(String(100 + number))
      if (number % 2 === 0) await changeOne(pending.length - 1)
    })
    return moved
  }

  async function exportAt(path: string): Promise<{ rows: Cells[]; asOf: string }> {
    const { text, headers } = await world.exported(path)
    return { rows: readCsv(text), asOf: headers.get('pulseback-as-of') ?? '' }
  }

  test('shows one state, whatever changes between its pages', async (context) => {
    for (const path of ['conversions', 'conversions?statuses=PENDING', 'conversions?minRevenue=9', 'changes']) {
      const before = await world.csv(path)
      const moved = keepMoving(context)
      const { rows } = await exportAt(path)
      context.mock.restoreAll()
      assert.ok(moved.moves >= 3, `${moved.moves} pages of ${path}`)
      assert.deepEqual(rows, before)
      assert.notDeepEqual(await world.csv(path), before, `nothing has moved in ${path}`)
    }
  })

  test('and the changes after it are the next export, with any filter', async (context) => {
    for (const filter of ['', 'statuses=PENDING', 'statuses=APPROVED,REJECTED&minRevenue=8', 'minRevenue=10']) {
      keepMoving(context)
      const first = await exportAt(`conversions?${filter}`)
      const changes = await exportAt(`changes?after=${first.asOf}&${filter}`)
      context.mock.restoreAll()
      const rest = await exportAt(`changes?after=${changes.asOf}&${filter}`)
      const next = await exportAt(`conversions?${filter}`)
      assert.ok(changes.rows.length > 5, `${changes.rows.length} changes of ${filter}`)

      const known = new Map(first.rows.map((row) => [row.id, row]))
      for (const { matches, ...row } of [...changes.rows, ...rest.rows]) {
        const conversion = Object.fromEntries(conversionColumns.map(({ name }) => [name, row[name] ?? '?']))
        if (matches === 'true') known.set(row.id, conversion)
        else assert.ok(known.delete(row.id), `${row.id} leaves ${filter} without having been there`)
      }
      const byId = [...known.values()].sort((one, two) => ((one.id ?? '') < (two.id ?? '') ? -1 : 1))
      assert.deepEqual(byId, next.rows)
    }
  })

  test('of changes goes up to where the books ended when it began, and its state is where to go on', async (context) => {
    const all = await world.csv('changes')
    const positions = all.map(({ cursor }) => cursor ?? '')
    keepMoving(context)
    const middle = positions[Math.floor(positions.length / 2)] ?? ''
    const { rows, asOf } = await exportAt(`changes?after=${middle}`)
    context.mock.restoreAll()
    assert.deepEqual(rows, all.slice(positions.indexOf(middle) + 1))

    const later = await exportAt(`changes?after=${asOf}`)
    assert.deepEqual(await world.csv('changes'), [...all, ...later.rows])
    const none = await exportAt(`changes?after=${later.asOf}`)
    assert.deepEqual(none.rows, [])
    assert.equal(none.asOf, later.asOf)
    // A filter that passes nothing does not keep the cursor from moving on.
    await addOrder()
    const filtered = await exportAt(`changes?after=${later.asOf}&campaignIds=cmp_nonsense`)
    assert.deepEqual(filtered.rows, [])
    assert.deepEqual((await exportAt(`changes?after=${filtered.asOf}`)).rows, [])
    assert.equal((await exportAt(`changes?after=${later.asOf}`)).rows.length, 1)
  })

  test('has the state that a query says too, and that a subscription goes on from', async () => {
    const { asOf } = await exportAt('conversions')
    const query = 'query ($after: Cursor) { conversions { asOf } changes(after: $after) { endCursor nodes { kind } } }'
    const { conversions, changes } = await world.app.get<{
      conversions: { asOf: string }
      changes: { endCursor: string; nodes: object[] }
    }>(world.app.adminKey, query, { after: asOf })
    assert.deepEqual([conversions.asOf, changes.endCursor, changes.nodes], [asOf, asOf, []])
  })

  test('of clicks shows none that was kept later, also if its id is older, and does not run after them', async (context) => {
    const { app } = world
    const keep = (atMs: number) => app.ledger.keepClick(clickDraft(way, atMs, { id: newId<'clk'>(atMs) }))
    for (let index = 0; index < 10; index += 1) await keep(app.clock() - index * 1_000)
    const before = await world.csv('clicks')
    assert.equal(before.length, 10)
    let kept = 0
    beforeSnapshots(context, async (number) => {
      if (number === 0) return
      kept += rowsOfPage + 1
      await keep(app.clock() - 500)
      await Promise.all(Array.from({ length: rowsOfPage }, () => keep(app.clock() + number)))
    })
    assert.deepEqual((await exportAt('clicks')).rows, before)
    context.mock.restoreAll()
    assert.ok(kept >= 3 * rowsOfPage)
    assert.equal((await world.csv('clicks')).length, 10 + kept)
  })

  test("of one affiliate's conversions does not look through everyone's", async (context) => {
    const key = await world.key('AFFILIATE', { affiliateId: way.affiliateId })
    const lone = await makeWay(
      world.app,
      world.admin,
      {},
      { advertiserId: way.advertiserId, campaignId: way.campaignId },
    )
    await world.order(lone)
    const statements = watchExports(context)
    const pagesFor = async (one: string) => {
      const rows = await world.csv('conversions', one)
      const pages = statements.filter((text) => text.startsWith('copy')).length
      statements.length = 0
      return { rows: rows.length, pages }
    }
    for (const one of [key, await world.key('AFFILIATE', { affiliateId: lone.affiliateId })]) {
      const { rows, pages } = await pagesFor(one)
      // Each of its conversions may have a second line, which is looked at too.
      assert.ok(pages <= Math.floor((2 * rows) / rowsOfPage) + 1, `${pages} pages for ${rows} rows`)
    }
    const all = await pagesFor(world.app.adminKey)
    assert.equal(all.pages, Math.floor(all.rows / rowsOfPage) + 1)
  })

  test('names things as they were named when it began', async (context) => {
    const { app, admin } = world
    const before = await world.csv('conversions')
    beforeSnapshots(context, async (number) => {
      if (number !== 2) return
      await updateCampaign(app.catalogWrites, admin, way.campaignId, { name: 'Boots' })
      await updateAffiliate(app.catalogWrites, admin, way.affiliateId, { name: 'Anna' })
    })
    assert.deepEqual((await exportAt('conversions')).rows, before)
    context.mock.restoreAll()
    const renamed = await world.csv('conversions')
    assert.ok(renamed.every(({ campaign }) => campaign === 'Boots'))
    assert.ok(renamed.some(({ affiliate }) => affiliate === 'Anna'))
  })
})
