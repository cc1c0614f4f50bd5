import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { exportNames } from '../../src/exports/exports.js'
import type { IdPrefix } from '../../src/kernel/ids.js'
import { schema } from '../../src/schema.js'
import { dumpWorkspace } from './dump.js'
import { maySee, ways } from './eyes.js'
import { post } from './live.js'
import { assertSame, createOnlookers, type Onlooker } from './look.js'
import { of } from './make-tenant.js'
import { kindOf, unknownId } from './recipes.js'
import { createTwins, type Twins, unaware } from './twins.js'
import { type Slot, slotsOf } from './write-operation.js'

/** Every route that there is, and who sees that it keeps people apart. A new one has to be put here. */
const routes: Readonly<Record<string, string>> = {
  '/': 'the page, the same for everybody',
  // Fastify draws what is under /assets/ like this.
  '/*': 'files of the page, the same for everybody',
  '/explorer/editor/editor.html': 'the page, the same for everybody',
  '/schema.graphql': 'the schema, the same for everybody',
  '/healthz': 'of the process',
  '/readyz': 'of the process',
  '/metrics': 'of the process: counts of all workspaces together',
  '/track.js': 'the same for everybody',
  '/graphql': 'all other tests here',
  '/export/conversions': 'below',
  '/export/changes': 'below',
  '/export/clicks': 'below',
  '/export/performance': 'below',
  '/reconcile': 'below',
  '/session': 'below',
  '/postback': 'below',
  '/postback/batch': 'as /postback, entry by entry',
  '/c/:link': 'for visitors, who know no workspace',
  '/clicks': 'for visitors, who know no workspace',
  '/pixel.gif': 'below',
}

/** Whose fields the parameters of each export are, as docs/EXPORTS.md says. */
const filterOf: Readonly<Record<(typeof exportNames)[number], string>> = {
  conversions: 'Query.conversions.filter',
  changes: 'Query.changes.filter',
  clicks: 'Query.clicks.filter',
  performance: 'Query.performance.query.filter',
}
const days = 'from=2026-05-30T00:00:00Z&to=2026-06-03T00:00:00Z'
const pathOf = (name: string) =>
  `/export/${name}?${name === 'performance' ? `${days}&groupBy=CAMPAIGN,AFFILIATE,SOURCE` : ''}`

suite('whoever comes by another way than GraphQL', { timeout: 120_000 }, () => {
  let twins: Twins
  let onlookers: readonly Onlooker[]
  before(async () => {
    twins = await createTwins()
    onlookers = await createOnlookers(twins)
  })
  after(() => twins?.close())

  const ofFirst = () => onlookers.filter(({ tenant }) => tenant === 0)

  async function get({ key }: Pick<Onlooker, 'key'>, url: string, more: object = {}) {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'text/csv' }
    const { statusCode, body, headers: told } = await twins.app.server.inject({ url, headers, ...more })
    assert.ok(statusCode < 500, `${url}: ${body}`)
    return { text: `${statusCode} ${body}`, asOf: String(told['pulseback-as-of']) }
  }

  /** The same answer for an id that is not theirs as for one that nobody has; and another for one of our own. */
  async function compare(
    what: string,
    kind: IdPrefix,
    answer: (onlooker: Onlooker, id: string) => Promise<string>,
    seen: readonly Onlooker[] = ofFirst(),
  ): Promise<void> {
    for (const onlooker of seen) {
      const nobodys = unknownId(kind)
      const expected = (await answer(onlooker, nobodys)).replaceAll(nobodys, 'IT')
      for (const foreign of onlooker.hiddenIds(kind)) {
        const text = await answer(onlooker, foreign)
        assert.equal(text.replaceAll(foreign, 'IT'), expected, `${what} as ${onlooker.name}`)
        assert.deepEqual(twins.canaries.leaks(text, onlooker, foreign), [], `${what} as ${onlooker.name}`)
      }
      if (onlooker.role !== 'ADMIN') continue
      const own = onlooker.samples[kind]
      assert.notEqual((await answer(onlooker, own)).replaceAll(own, 'IT'), expected, `${what} makes no difference`)
    }
  }

  test('finds no route that is not looked after', () => {
    const found = routesIn(twins.app.server.printRoutes({ commonPrefix: false }))
    assert.deepEqual(found, Object.keys(routes).sort())
  })

  test('exports nothing of another workspace, nothing that its role may not see, and the same as its twin', async () => {
    for (const name of exportNames) {
      for (const format of ['csv', 'ndjson']) {
        const path = `${pathOf(name)}&format=${format}`
        const answers = new Map<Onlooker, string>()
        for (const onlooker of onlookers) {
          const { text } = await get(onlooker, path)
          assert.match(text, /^200 /)
          assert.deepEqual(twins.canaries.leaks(text, onlooker), [], `${path} as ${onlooker.name}`)
          answers.set(onlooker, twins.canaries.normalize(text))
        }
        for (const eyes of unaware) {
          const [one, other] = onlookers.filter(({ role, index }) => role === eyes.role && index === eyes.index)
          assert.ok(one && other)
          assertSame(answers.get(one) ?? '', answers.get(other) ?? '', `${path} as ${one.name}`)
        }
      }
    }
  })

  test('exports by an id that is not theirs what is exported by one that nobody has', async () => {
    const isFilter = ({ name }: Slot, start: string) => name.startsWith(`${start}.`)
    for (const name of exportNames) {
      const slots = slotsOf(schema, ['ID']).filter((slot) => isFilter(slot, filterOf[name]))
      assert.ok(slots.length > 0)
      for (const slot of slots) {
        const parameter = slot.path.at(-1)
        await compare(`${name} by ${parameter}`, kindOf(schema, slot), async (onlooker, id) => {
          const own = `${id},${onlooker.samples[kindOf(schema, slot)]}`
          const alone = await get(onlooker, `${pathOf(name)}&${parameter}=${id}`)
          return `${alone.text} ${(await get(onlooker, `${pathOf(name)}&${parameter}=${own}`)).text}`
        })
      }
    }
  })

  test('exports behind a cursor of another viewer as little as behind one that was made up', async () => {
    const cursors = await Promise.all(onlookers.map(async (onlooker) => (await get(onlooker, '/export/changes')).asOf))
    for (const [index, onlooker] of onlookers.entries()) {
      const expected = (await get(onlooker, `/export/changes?after=${randomBytes(60).toString('base64url')}`)).text
      assert.match(expected, /^400 .*BAD_USER_INPUT/)
      for (const [whose, cursor] of cursors.entries()) {
        if (whose !== index) assert.equal((await get(onlooker, `/export/changes?after=${cursor}`)).text, expected)
      }
    }
  })

  test('reconciles orders of nobody but itself', async () => {
    const list = (txid: string) => ({ method: 'POST', payload: `transaction id,amount\n${txid},1\n` })
    const reconcile = async (onlooker: Onlooker, query: string, txid = 'of-nobody') => {
      const { text } = await get(onlooker, `/reconcile?${query}`, list(txid))
      return twins.canaries.normalize(text)
    }
    await compare('/reconcile by advertiserId', 'adv', (onlooker, id) => reconcile(onlooker, `advertiserId=${id}`))
    await compare('/reconcile by campaignIds', 'cmp', (onlooker, id) =>
      reconcile(onlooker, `advertiserId=${onlooker.samples.adv}&campaignIds=${id}`),
    )
    for (const onlooker of ofFirst()) {
      const own = `advertiserId=${onlooker.samples.adv}`
      const expected = await reconcile(onlooker, own)
      for (const { text, label, ...mark } of twins.canaries.all) {
        if (!label.startsWith('order of way') || maySee(onlooker, mark)) continue
        const answered = await reconcile(onlooker, own, text)
        assert.equal(answered.replaceAll(`<${label}>`, 'of-nobody'), expected, `${label} as ${onlooker.name}`)
      }
    }
  })

  test('begins a session with nobody else’s eyes', async () => {
    const begin = async (onlooker: Onlooker, payload: object) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${onlooker.key}` }
      const { text } = await get(onlooker, '/session', { method: 'POST', headers, payload })
      return text.replace(/"token":"[^"]*"/, '')
    }
    await compare('/session', 'adv', (onlooker, id) => begin(onlooker, { role: 'ADVERTISER', advertiserId: id }))
    await compare('/session', 'aff', (onlooker, id) => begin(onlooker, { role: 'AFFILIATE', affiliateId: id }))
  })

  test('posts nothing back for a click, a campaign, an affiliate or an order that is not theirs', async () => {
    const [here, there] = twins.tenants
    const said = ({ text }: { text: string }, sent: string) => text.replaceAll(sent, 'IT').replace(/rcp_\w+/, 'RECEIPT')
    const dump = () => dumpWorkspace(twins.app.rows, there.scope.workspaceId)
    const untouched = await dump()
    const send = (parameters: Record<string, string>) =>
      post(twins.app, here, 1, { amount: '1', event: 'sale', ...parameters })
    // The second advertiser, about what is of the first, and of the other workspace.
    const foreign = [here, there].flatMap((tenant) =>
      tenant.lived.flatMap((lived, way) => (tenant === here && of(ways, way).campaign === 1 ? [] : [lived])),
    )
    let orders = 0
    const newOrder = () => `posted-${orders++}`
    for (const { clk, txid } of foreign) {
      const nobodys = unknownId('clk')
      const expected = await send({ click_id: nobodys, txid: newOrder() })
      assert.equal(expected.outcome, 'UNMATCHED')
      const answered = await send({ click_id: clk, txid: newOrder() })
      assert.equal(said(answered, clk), said(expected, nobodys))
      const unknown = newOrder()
      const byOrder = await send({ txid, status: 'approved' })
      const expectedOrder = await send({ txid: unknown, status: 'approved' })
      assert.equal(said(byOrder, txid), said(expectedOrder, unknown))
    }
    const named = { campaign_id: of(here.campaigns, 1), affiliate_id: of(here.affiliates, 1) }
    const others = [
      ...[of(here.campaigns, 0), of(there.campaigns, 1)].map((id) => ['campaign_id', 'cmp', id] as const),
      ...there.affiliates.map((id) => ['affiliate_id', 'aff', id] as const),
    ]
    for (const [parameter, kind, id] of others) {
      const nobodys = unknownId(kind)
      const expected = await send({ ...named, txid: newOrder(), [parameter]: nobodys })
      assert.notEqual(expected.outcome, 'ACCEPTED')
      const answered = await send({ ...named, txid: newOrder(), [parameter]: id })
      assert.equal(said(answered, id), said(expected, nobodys), parameter)
    }
    // Its own ref is no more than a word to the other workspace.
    const ref = twins.canaries.textOf(1, 'ref 0')
    const byRef = await send({ ...named, txid: newOrder(), affiliate_id: ref })
    const byNobodys = await send({ ...named, txid: newOrder(), affiliate_id: 'nobodys-ref' })
    assert.equal(said(byRef, ref), said(byNobodys, 'nobodys-ref'))
    assert.deepEqual(await dump(), untouched)
  })

  test('credits no click of another advertiser by the pixel, which answers everybody the same', async () => {
    const [here, there] = twins.tenants
    const untouched = await dumpWorkspace(twins.app.rows, there.scope.workspaceId)
    for (const clk of [of(there.lived, 0).clk, unknownId('clk')]) {
      const { statusCode } = await twins.app.server.inject({
        url: `/pixel.gif?advertiser_id=${of(here.advertisers, 0)}&click_id=${clk}&txid=pixel`,
      })
      assert.equal(statusCode, 200)
    }
    assert.deepEqual(await dumpWorkspace(twins.app.rows, there.scope.workspaceId), untouched)
  })
})

/** The routes of a tree that Fastify has drawn, but for what only answers CORS. */
function routesIn(tree: string): string[] {
  const branch: string[] = []
  const found = new Set<string>()
  for (const line of tree.split('\n')) {
    const [, before = '', name, methods] = /^(.*?)[├└]── (\S+)(?: \((.+)\))?/.exec(line) ?? []
    if (name === undefined) continue
    branch.splice(before.length / 4, branch.length, name)
    if (methods !== undefined && methods !== 'OPTIONS') found.add(branch.join(''))
  }
  return [...found].sort()
}
