import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { updateCampaign } from '../../src/catalog/write-campaign.js'
import type { ConversionId } from '../../src/kernel/ids.js'
import { clickDraft, makeWay, sale, type Way } from '../support/drafts.js'
import { watchExports } from './before-snapshots.js'
import { createExportWorld, type ExportWorld } from './world.js'

const paths = ['conversions', 'changes', 'clicks', 'performance?range=TODAY&groupBy=CAMPAIGN']

suite('an export that a client has already', () => {
  let world: ExportWorld
  let way: Way
  let id: ConversionId
  before(async () => {
    world = await createExportWorld()
    way = await makeWay(world.app, world.admin, { goals: [{ ...sale, startsAs: 'PENDING' as const }] })
    id = await world.order(way)
    await world.app.ledger.keepClick(clickDraft(way, world.app.clock()))
  })
  after(() => world.close())

  const tagOf = async (path: string, key?: string) => (await world.exported(path, key)).headers.get('etag') ?? ''
  const ask = (path: string, etag: string, key?: string, method?: string) =>
    world.fetchExport(path, key, { 'if-none-match': etag }, method)

  test('is not sent again, and not even read', async (context) => {
    for (const path of paths) {
      const { headers } = await world.exported(path)
      const etag = headers.get('etag') ?? ''
      assert.match(etag, /^"[\w-]{32}"$/)
      const statements = watchExports(context)
      for (const known of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await ask(path, known)
        assert.deepEqual([again.status, again.text], [304, ''], `${path} ${known}`)
        for (const name of ['etag', 'pulseback-as-of', 'cache-control', 'vary']) {
          assert.equal(again.headers.get(name), headers.get(name), name)
        }
      }
      assert.ok(statements.some((text) => text.includes('workspace_head')))
      for (const text of statements) {
        assert.doesNotMatch(text, /copy|conversion|click|from campaign/, 'a statement that reads rows')
      }
      context.mock.restoreAll()
      assert.equal((await ask(path, '"other"')).status, 200)
    }
  })

  test('is the same to the byte under the same name', async () => {
    for (const path of paths) {
      const one = await world.exported(path)
      const two = await world.exported(path)
      assert.equal(one.headers.get('etag'), two.headers.get('etag'))
      assert.equal(one.text, two.text)
      assert.ok(one.text.split('\n').length > 2, path)
    }
  })

  test('has another name for every other question, format and viewer', async () => {
    const analyst = await world.key('ANALYST')
    const affiliate = await world.key('AFFILIATE', { affiliateId: way.affiliateId })
    const advertiser = await world.key('ADVERTISER', { advertiserId: way.advertiserId })
    const tags: string[] = []
    for (const path of paths) {
      const more = path.includes('?') ? `${path}&` : `${path}?`
      for (const one of [path, `${more}format=ndjson`, `${more}raw=true`, `${more}sub1=a`, `${more}sources=b`]) {
        tags.push(await tagOf(one))
      }
      for (const key of [analyst, affiliate, advertiser]) tags.push(await tagOf(path, key))
    }
    assert.equal(new Set(tags).size, tags.length)
  })

  test('has another name as soon as its rows or names may be others, and not before', async () => {
    const { app, admin } = world
    const sleepADay = async () => {
      app.time.nowMs += 86_400_000
    }
    // A status moves the revision too, and that is all that is known of clicks without looking at them.
    const moves: Record<string, [move: () => Promise<unknown>, renamed: string[]]> = {
      'a status': [() => world.setStatus(id, 'APPROVED'), paths],
      'an order': [() => world.order(way), paths],
      'a click': [() => app.ledger.keepClick(clickDraft(way, app.clock())), ['clicks', 'performance']],
      'a name': [() => updateCampaign(app.catalogWrites, admin, way.campaignId, { name: 'Boots' }), paths],
      'a day': [sleepADay, ['performance']],
    }
    for (const [what, [move, renamed]] of Object.entries(moves)) {
      const before = new Map<string, string>()
      for (const path of paths) before.set(path, await tagOf(path))
      await move()
      for (const path of paths) {
        const isRenamed = renamed.some((one) => path.startsWith(one))
        assert.equal(before.get(path) !== (await tagOf(path)), isRenamed, `${path} after ${what}`)
      }
    }
  })

  test('names the newest state that it still is', async () => {
    const { headers } = await world.exported('conversions')
    await world.app.ledger.keepClick(clickDraft(way, world.app.clock()))
    const again = await ask('conversions', headers.get('etag') ?? '')
    assert.equal(again.status, 304)
    assert.notEqual(again.headers.get('pulseback-as-of'), headers.get('pulseback-as-of'))
    const rest = await world.csv(`changes?after=${again.headers.get('pulseback-as-of')}`)
    assert.deepEqual(rest, [])
  })

  test('is told of by HEAD, without its rows', async (context) => {
    for (const path of paths) {
      const got = await world.exported(path)
      const statements = watchExports(context)
      const head = await world.fetchExport(path, undefined, {}, 'HEAD')
      assert.deepEqual([head.status, head.text], [200, ''])
      for (const name of ['etag', 'pulseback-as-of', 'content-type', 'content-disposition', 'cache-control', 'vary']) {
        assert.equal(head.headers.get(name), got.headers.get(name), name)
      }
      assert.equal(head.headers.get('content-length'), null)
      assert.equal((await ask(path, got.headers.get('etag') ?? '', undefined, 'HEAD')).status, 304)
      for (const text of statements) assert.doesNotMatch(text, /copy|from campaign/)
      context.mock.restoreAll()
    }
  })

  test('is a file with a name and a type, for this viewer alone', async () => {
    const day = new Date(world.app.clock()).toISOString().slice(0, 10)
    const { headers } = await world.exported('changes')
    assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8; header=present')
    assert.equal(headers.get('content-disposition'), `attachment; filename="changes-${day}.csv"`)
    assert.equal(headers.get('cache-control'), 'private, no-cache')
    assert.match(headers.get('vary') ?? '', /authorization/i)
    const { headers: ofNdjson } = await world.exported('clicks?format=ndjson')
    assert.equal(ofNdjson.get('content-type'), 'application/x-ndjson; charset=utf-8')
    assert.equal(ofNdjson.get('content-disposition'), `attachment; filename="clicks-${day}.ndjson"`)
  })

  test('tells a page of an allowed origin what it needs to ask again', async () => {
    const origin = 'http://localhost:3000'
    const { headers } = await world.fetchExport('clicks', undefined, { origin })
    assert.equal(headers.get('access-control-allow-origin'), origin)
    for (const name of ['etag', 'pulseback-as-of']) {
      assert.ok(headers.get('access-control-expose-headers')?.includes(name), name)
    }
    assert.match(headers.get('vary') ?? '', /origin/i)
  })
})
