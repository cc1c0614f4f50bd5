import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createWorkspace } from '../../src/catalog/create-workspace.js'
import { encodeId, newId } from '../../src/kernel/ids.js'
import { makeWay, type Way } from '../support/drafts.js'
import { createExportWorld, type ExportWorld } from './world.js'

const today = 'performance?range=TODAY'

suite('an export that cannot be', () => {
  let world: ExportWorld
  let way: Way
  let affiliate: string
  let advertiser: string
  before(async () => {
    world = await createExportWorld()
    way = await makeWay(world.app, world.admin)
    await world.order(way)
    affiliate = await world.key('AFFILIATE', { affiliateId: way.affiliateId })
    advertiser = await world.key('ADVERTISER', { advertiserId: way.advertiserId })
  })
  after(() => world.close())

  test('is refused to whoever has no key', async () => {
    for (const path of ['conversions', 'changes', 'clicks', today]) {
      for (const key of ['', 'pb_admin_nonsense', 'null'])
        assert.equal(await world.refusal(path, key), '401 UNAUTHENTICATED')
      const { status } = await fetch(`${world.app.url}/export/${path}`)
      assert.equal(status, 401)
    }
  })

  test('is refused with the parameter that nobody knows', async () => {
    assert.equal(await world.refusal('conversions?campaignId=a'), '400 BAD_USER_INPUT campaignId')
    assert.equal(await world.refusal('conversions?campaignids=a'), '400 BAD_USER_INPUT campaignids')
    assert.equal(await world.refusal('conversions?after=a'), '400 BAD_USER_INPUT after')
    assert.equal(await world.refusal('clicks?statuses=PENDING'), '400 BAD_USER_INPUT statuses')
    assert.equal(await world.refusal('clicks?sub11=a'), '400 BAD_USER_INPUT sub11')
    assert.equal(await world.refusal('clicks?bot[]=true'), '400 BAD_USER_INPUT bot[]')
    assert.equal(await world.refusal(`${today}&minRevenue=1`), '400 BAD_USER_INPUT minRevenue')
    assert.equal(await world.refusal('changes?__proto__=1'), '400 BAD_USER_INPUT __proto__')
  })

  test('is refused with the parameter that makes no sense', async () => {
    const many = Array.from({ length: 1_001 }, () => 'a').join(',')
    const day = 'performance?from=2026-06-01T00:00:00Z'
    const refused: Record<string, string[]> = {
      format: ['clicks?format=xml', 'clicks?format=csv&format=csv'],
      raw: ['clicks?raw=1'],
      test: ['conversions?test=yes', `${today}&test=`],
      statuses: ['conversions?statuses=pending', 'changes?statuses=PENDING,', `${today}&statuses=LOST`],
      minRevenue: ['conversions?minRevenue=1e3', 'conversions?minRevenue=-'],
      from: ['clicks?from=yesterday', 'clicks?from=2026-06-01', 'clicks?from=2026-06-01T00:00:00+02:00', 'performance'],
      to: ['clicks?to=never', day, `${day}&to=2026-05-01T00:00:00Z`],
      sources: ['clicks?sources=a%00', 'conversions?sources=%00,a'],
      transactionId: ['conversions?transactionId=%00', 'conversions?transactionId=a&transactionId=a'],
      subs: ['clicks?sub1=%00'],
      sub1: ['clicks?sub1=a&sub1=b'],
      campaignIds: [`conversions?campaignIds=${many}`, `${today}&campaignIds=${many}`],
      after: ['changes?after=', `changes?after=${'a'.repeat(80)}`, `changes?after=${'a'.repeat(300)}`],
      bot: ['clicks?bot=maybe'],
      range: ['performance?range=EVER', `${day}&range=TODAY`],
      groupBy: [`${today}&groupBy=campaign`, `${today}&groupBy=SUB1,SUB2,SUB3,SUB4,SUB5`],
      interval: [`${today}&interval=CENTURY`],
      timeZone: [`${today}&timeZone=Mars/Base`, `${today}&timeZone=%2B02:00`],
      basis: [`${today}&basis=event`],
      fill: [`${today}&fill=yes`, `${today}&fill=true`],
      first: [`${today}&first=ten`, `${today}&first=0`, `${today}&first=500001`, `${today}&first=-1`],
      orderBy: [`${today}&orderBy=LUCK`, `${today}&orderBy=BUCKET`],
      descending: [`${today}&descending=false`, `${today}&orderBy=CLICKS&descending=no`],
    }
    for (const [field, paths] of Object.entries(refused)) {
      for (const path of paths) assert.equal(await world.refusal(path), `400 BAD_USER_INPUT ${field}`, path)
    }
  })

  test('is refused to those who would learn of money that they may not see', async () => {
    assert.equal(await world.refusal('conversions?minRevenue=1', affiliate), '400 BAD_USER_INPUT minRevenue')
    assert.equal(await world.refusal('changes?minRevenue=1', affiliate), '400 BAD_USER_INPUT minRevenue')
    assert.equal(await world.refusal(`${today}&orderBy=REVENUE`, affiliate), '400 BAD_USER_INPUT orderBy')
    assert.equal(await world.refusal(`${today}&orderBy=COST`, advertiser), '400 BAD_USER_INPUT orderBy')
    assert.equal((await world.csv('conversions?minRevenue=1', advertiser)).length, 1)
  })

  test("is empty for someone else's ids, as for unknown ones", async () => {
    const { app } = world
    const foreign = await createWorkspace(app.orm, app.clock, { name: 'Other', currency: 'EUR' })
    const scope = { ...world.admin, workspaceId: foreign.workspaceId }
    const theirs = await makeWay(app, scope)
    const ours = await makeWay(app, world.admin)
    const campaigns = [encodeId('cmp', theirs.campaignId), encodeId('cmp', newId<'cmp'>()), 'cmp_nonsense', 'null']
    for (const id of campaigns) {
      for (const path of ['conversions?', 'changes?', 'clicks?', `${today}&groupBy=CAMPAIGN&`]) {
        assert.deepEqual(await world.csv(`${path}campaignIds=${id}`), [], `${path} ${id}`)
      }
    }
    // Nor does an affiliate see what another has, of the same workspace.
    const other = await world.key('AFFILIATE', { affiliateId: ours.affiliateId })
    for (const path of ['conversions?', 'changes?', `${today}&groupBy=CAMPAIGN&`]) {
      assert.deepEqual(await world.csv(`${path}campaignIds=${encodeId('cmp', way.campaignId)}`, other), [])
      assert.deepEqual(await world.csv(path, foreign.adminKey), [])
    }
  })

  test('goes on behind a cursor of the same viewer only, and of the same books', async () => {
    const { app } = world
    const cursor = async (key: string) => (await world.exported('changes', key)).headers.get('pulseback-as-of')
    const own = await cursor(affiliate)
    assert.deepEqual(await world.csv(`changes?after=${own}`, affiliate), [])
    for (const key of [app.adminKey, advertiser]) {
      assert.equal(await world.refusal(`changes?after=${own}`, key), '400 BAD_USER_INPUT after')
      assert.equal(await world.refusal(`changes?after=${await cursor(key)}`, affiliate), '400 BAD_USER_INPUT after')
    }
    await app.rows('update workspace_head set epoch = epoch + 1')
    assert.equal(await world.refusal(`changes?after=${own}`, affiliate), '410 CURSOR_EXPIRED after')
  })

  test('has no other ways in', async () => {
    const post = await fetch(`${world.app.url}/export/clicks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.app.adminKey}` },
    })
    assert.equal(post.status, 404)
    assert.equal((await world.fetchExport('receipts')).status, 404)
  })
})
