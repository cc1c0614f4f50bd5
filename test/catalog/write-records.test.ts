import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createLinkFinder } from '../../src/catalog/find-link.js'
import type { Rows } from '../../src/database/rows.js'
import { decodeId, type LinkId, newId } from '../../src/kernel/ids.js'
import { createTestApi, type TestApi } from '../support/api.js'
import { createTwoOfEach } from '../support/catalog.js'

suite('Changes to the catalog', () => {
  let api: TestApi
  let made: Awaited<ReturnType<typeof createTwoOfEach>>

  before(async () => {
    api = await createTestApi()
    made = await createTwoOfEach(api)
  })
  after(() => api.close())

  const mutation = (field: string, type: string, select = 'id') =>
    `mutation ($input: ${type}!) { ${field}(input: $input) { ${select} } }`
  const createAdvertiser = mutation('createAdvertiser', 'CreateAdvertiserInput')
  const createAffiliate = mutation('createAffiliate', 'CreateAffiliateInput', 'ref')
  const createLink = mutation('createLink', 'CreateLinkInput', 'id url testUrl source subs destinationUrl')
  const createKey = mutation('createKey', 'CreateKeyInput', 'secret key { id role advertiser { name } }')
  const updateAdvertiser = `mutation ($id: ID!, $input: UpdateAdvertiserInput!) { updateAdvertiser(id: $id, input: $input) { name preset } }`

  test('only an admin may make records', async () => {
    const { analyst, advertiser, affiliate } = made.keys
    for (const key of [analyst, advertiser, affiliate]) {
      assert.equal(await api.refusal(key, createAdvertiser, { input: { name: 'X' } }), 'FORBIDDEN')
      assert.equal(await api.refusal(key, createAffiliate, { input: { name: 'X' } }), 'FORBIDDEN')
      assert.equal(await api.refusal(key, createKey, { input: { name: 'X', role: 'ADMIN' } }), 'FORBIDDEN')
    }
    const link = { campaignId: made.campaigns[0], affiliateId: made.affiliates[0] }
    for (const key of [analyst, advertiser])
      assert.equal(await api.refusal(key, createLink, { input: link }), 'FORBIDDEN')
  })

  test('an advertiser changes its own preset, nothing else and no one else', async () => {
    const [id, otherId] = made.advertisers
    const { advertiser, analyst, affiliate } = made.keys
    const { updateAdvertiser: changed } = await api.get<{ updateAdvertiser: object }>(advertiser, updateAdvertiser, {
      id,
      input: { preset: 'voluum' },
    })
    assert.deepEqual(changed, { name: 'Acme', preset: 'voluum' })
    assert.equal(await api.refusal(advertiser, updateAdvertiser, { id, input: { name: 'X' } }), 'FORBIDDEN')
    assert.equal(await api.refusal(advertiser, updateAdvertiser, { id, input: { allowedIps: [] } }), 'FORBIDDEN')
    const preset = { input: { preset: 'binom' } }
    assert.equal(await api.refusal(advertiser, updateAdvertiser, { id: otherId, ...preset }), 'NOT_FOUND id')
    for (const key of [analyst, affiliate]) {
      assert.equal(await api.refusal(key, updateAdvertiser, { id, ...preset }), 'FORBIDDEN')
    }
  })

  test('what cannot be an advertiser is refused, and the field named', async () => {
    const refused: [string, object][] = [
      ['preset', { preset: 'other' }],
      ['allowedIps.1', { allowedIps: ['10.0.0.0/8', '10.0.0'] }],
      ['allowedIps.0', { allowedIps: ['example.com'] }],
      ['allowedIps', { allowedIps: Array.from({ length: 101 }, (_, index) => `10.0.0.${index}`) }],
    ]
    for (const [field, input] of refused) {
      const answer = await api.refusal(api.adminKey, createAdvertiser, { input: { name: 'X', ...input } })
      assert.equal(answer, `BAD_USER_INPUT ${field}`)
    }
    const allowedIps = ['203.0.113.7', '2001:db8::/32', '10.0.0.0/8']
    await api.get(api.adminKey, createAdvertiser, { input: { name: 'X', allowedIps } })
  })

  test('a ref is made from the name, stays unique, and one that is taken is a conflict', async () => {
    const ref = async (input: object) =>
      (await api.get<{ createAffiliate: { ref: string } }>(api.adminKey, createAffiliate, { input })).createAffiliate
        .ref
    assert.equal(await ref({ name: "Zoë's Deals!" }), 'zoe-s-deals')
    assert.equal(await ref({ name: 'Zoe s deals' }), 'zoe-s-deals-2')
    assert.equal(await ref({ name: '漢字' }), 'affiliate')
    assert.equal(await ref({ name: 'X', ref: 'Mine_1' }), 'Mine_1')
    assert.equal(
      await api.refusal(api.adminKey, createAffiliate, { input: { name: 'Y', ref: 'Mine_1' } }),
      'CONFLICT ref',
    )
    assert.equal(
      await api.refusal(api.adminKey, createAffiliate, { input: { name: 'Y', ref: 'a b' } }),
      'BAD_USER_INPUT ref',
    )
  })

  test('an affiliate makes its own links, to campaigns that it sees', async () => {
    const [campaignId, otherCampaignId] = made.campaigns
    const [affiliateId, otherAffiliateId] = made.affiliates
    const input = { campaignId, affiliateId, source: 'mail', subs: { sub1: 'spring', sub10: 'é' } }
    const { createLink: link } = await api.get<{ createLink: { id: string; url: string } }>(
      made.keys.affiliate,
      createLink,
      { input },
    )
    assert.deepEqual(link, {
      id: link.id,
      url: `https://track.example/c/${link.id}`,
      testUrl: `https://track.example/c/${link.id}?test=1`,
      source: 'mail',
      subs: { sub1: 'spring', sub10: 'é' },
      destinationUrl: null,
    })
    const refusal = (more: object) => api.refusal(made.keys.affiliate, createLink, { input: { ...input, ...more } })
    assert.equal(await refusal({ affiliateId: otherAffiliateId }), 'NOT_FOUND affiliateId')
    assert.equal(await refusal({ affiliateId: 'aff_x' }), 'NOT_FOUND affiliateId')
    assert.equal(await refusal({ campaignId: otherCampaignId }), 'NOT_FOUND campaignId')
    assert.equal(await refusal({ campaignId: 'cmp_x' }), 'NOT_FOUND campaignId')
    assert.equal(await refusal({ destinationUrl: 'https://a.example' }), 'FORBIDDEN')
  })

  test('what cannot be a link is refused, and the field named', async () => {
    const refused: [string, object][] = [
      ['source', { source: 'é'.repeat(128) }],
      ['keyword', { keyword: 'a\tb' }],
      ['subs.sub11', { subs: { sub11: 'x' } }],
      ['subs.sub1', { subs: { sub1: 1 } }],
      ['subs.sub2', { subs: { sub2: 'x'.repeat(256) } }],
      ['destinationUrl', { destinationUrl: 'data:text/html,x' }],
    ]
    for (const [field, more] of refused) {
      const input = { campaignId: made.campaigns[0], affiliateId: made.affiliates[0], ...more }
      assert.equal(await api.refusal(api.adminKey, createLink, { input }), `BAD_USER_INPUT ${field}`)
    }
  })

  test('a link is found by its id alone, and what was found is not asked for again', async () => {
    const asked: string[] = []
    const rows: Rows = (sql, values) => {
      asked.push(sql)
      return api.rows(sql, values)
    }
    const find = createLinkFinder(rows, 1_000, api.clock)
    const ids = made.links.map((id) => decodeId('lnk', id)).filter((id): id is LinkId => id !== null)
    const unknown = newId<'lnk'>()
    const found = await Promise.all([...ids, unknown, ...ids].map(find))
    assert.deepEqual(
      found.map((link) => link?.source),
      ['mail', '', undefined, 'mail', ''],
    )
    assert.equal(asked.length, 1)
    await Promise.all([...ids, unknown].map(find))
    assert.equal(asked.length, 1)
    api.time.nowMs += 5_001
    await Promise.all([...ids, unknown].map(find))
    assert.equal(asked.length, 2)
  })

  test('a key has the owner that its role needs, and no other', async () => {
    const [advertiserId] = made.advertisers
    const refusal = (input: object) => api.refusal(api.adminKey, createKey, { input: { name: 'K', ...input } })
    assert.equal(await refusal({ role: 'ADVERTISER' }), 'BAD_USER_INPUT advertiserId')
    assert.equal(await refusal({ role: 'AFFILIATE', advertiserId }), 'BAD_USER_INPUT advertiserId')
    assert.equal(await refusal({ role: 'ADMIN', affiliateId: made.affiliates[0] }), 'BAD_USER_INPUT affiliateId')
    assert.equal(await refusal({ role: 'ADVERTISER', advertiserId: 'adv_x' }), 'NOT_FOUND advertiserId')
    assert.equal(await refusal({ role: 'AFFILIATE', affiliateId: 'aff_x' }), 'NOT_FOUND affiliateId')
    const { createKey: key } = await api.get<{ createKey: { secret: string; key: object } }>(api.adminKey, createKey, {
      input: { name: 'K', role: 'ADVERTISER', advertiserId },
    })
    assert.match(key.secret, /^pb_advertiser_[0-9a-z]{64}$/)
  })

  test('a key that is revoked opens nothing from then on, and the last admin key cannot be', async () => {
    const revoke = `mutation ($id: ID!) { revokeKey(id: $id) { revokedAt } }`
    const { createKey: key } = await api.get<{ createKey: { secret: string; key: { id: string } } }>(
      api.adminKey,
      createKey,
      {
        input: { name: 'K', role: 'ADMIN' },
      },
    )
    const viewer = '{ viewer { role } }'
    await api.get(key.secret, viewer)
    const { revokeKey } = await api.get<{ revokeKey: object }>(api.adminKey, revoke, { id: key.key.id })
    assert.deepEqual(revokeKey, { revokedAt: new Date(api.time.nowMs).toISOString() })
    assert.equal(await api.refusal(key.secret, viewer), 'UNAUTHENTICATED')

    const { keys } = await api.get<{ keys: { nodes: { id: string }[] } }>(api.adminKey, '{ keys { nodes { id } } }')
    assert.equal(await api.refusal(api.adminKey, revoke, { id: keys.nodes[0]?.id }), 'CONFLICT id')
    assert.equal(await api.refusal(api.adminKey, revoke, { id: 'key_x' }), 'NOT_FOUND id')
  })

  test('an admin renames the workspace, nobody else, and its currency and zone stay', async () => {
    const update = `mutation ($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) { id name currency timeZone } }`
    const viewer = `{ viewer { workspace { id name currency timeZone } } }`
    type Shown = { viewer: { workspace: { name: string } } }
    const { workspace } = (await api.get<Shown>(api.adminKey, viewer)).viewer
    const renamed = { ...workspace, name: 'Bread & Sons' }
    assert.deepEqual(await api.get(api.adminKey, update, { input: { name: ' Bread & Sons ' } }), {
      updateWorkspace: renamed,
    })
    assert.deepEqual(await api.get(api.adminKey, update, { input: {} }), { updateWorkspace: renamed })
    const { analyst, advertiser, affiliate } = made.keys
    for (const key of [analyst, advertiser, affiliate]) {
      assert.equal(await api.refusal(key, update, { input: { name: 'X' } }), 'FORBIDDEN')
      assert.deepEqual(await api.get(key, viewer), { viewer: { workspace: renamed } })
    }
    for (const name of ['', ' ', 'x'.repeat(201), 'a\nb', null]) {
      assert.equal(await api.refusal(api.adminKey, update, { input: { name } }), 'BAD_USER_INPUT name')
    }
    assert.equal(await api.refusal(api.adminKey, update, { input: { currency: 'USD' } }), 'BAD_USER_INPUT')
  })

  test('two changes in one operation both show in its answer', async () => {
    const query = `mutation ($id: ID!) {
      one: updateAdvertiser(id: $id, input: {name: "One"}) { name }
      two: updateAdvertiser(id: $id, input: {name: "Two"}) { name campaigns { nodes { advertiser { name } } } }
    }`
    assert.deepEqual(await api.get(api.adminKey, query, { id: made.advertisers[0] }), {
      one: { name: 'One' },
      two: { name: 'Two', campaigns: { nodes: [{ advertiser: { name: 'Two' } }] } },
    })
  })
})
