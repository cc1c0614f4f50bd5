import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestApi, type TestApi } from '../support/api.js'
import { createTwoOfEach } from '../support/catalog.js'

suite('Who sees what of the catalog', () => {
  let api: TestApi
  let made: Awaited<ReturnType<typeof createTwoOfEach>>

  before(async () => {
    api = await createTestApi()
    made = await createTwoOfEach(api)
  })
  after(() => api.close())

  const lists = `{
    advertisers { nodes { name } } affiliates { nodes { name } } campaigns { nodes { name } }
    links { nodes { affiliate { name } campaign { name } } } keys { nodes { name } }
  }`
  const everything = {
    advertisers: ['Acme', 'Bolt'],
    affiliates: ['Ann', 'Ben'],
    campaigns: ['Acme shoes', 'Bolt bikes'],
    links: ['Ann to Acme shoes', 'Ben to Acme shoes'],
  }
  const nothing = { advertisers: [], affiliates: [], campaigns: [], links: [], keys: [] as string[] }
  const keyNames = ['First admin key', 'ANALYST', 'ADVERTISER', 'ADVERTISER', 'AFFILIATE', 'AFFILIATE']
  const table = {
    admin: { ...everything, keys: keyNames },
    analyst: { ...everything, keys: [] },
    advertiser: { ...everything, advertisers: ['Acme'], campaigns: ['Acme shoes'], keys: [] },
    otherAdvertiser: { ...nothing, advertisers: ['Bolt'], campaigns: ['Bolt bikes'] },
    affiliate: {
      advertisers: ['Acme'],
      affiliates: ['Ann'],
      campaigns: ['Acme shoes'],
      links: ['Ann to Acme shoes'],
      keys: [],
    },
  }

  interface Named {
    nodes: { name: string }[]
  }
  interface Lists {
    advertisers: Named
    affiliates: Named
    campaigns: Named
    keys: Named
    links: { nodes: { affiliate: { name: string }; campaign: { name: string } }[] }
  }

  for (const [viewer, expected] of Object.entries(table)) {
    test(`the lists of ${viewer} have its own and nothing else`, async () => {
      const data = await api.get<Lists>(made.keys[viewer as keyof typeof table], lists)
      const names = ({ nodes }: Named) => nodes.map(({ name }) => name)
      assert.deepEqual(
        {
          advertisers: names(data.advertisers),
          affiliates: names(data.affiliates),
          campaigns: names(data.campaigns),
          links: data.links.nodes.map(({ affiliate, campaign }) => `${affiliate.name} to ${campaign.name}`),
          keys: names(data.keys),
        },
        expected,
      )
    })
  }

  const byId = `query ($advertiser: ID!, $affiliate: ID!, $campaign: ID!, $link: ID!) {
    advertiser(id: $advertiser) { id } affiliate(id: $affiliate) { id } campaign(id: $campaign) { id } link(id: $link) { id }
  }`

  test("someone else's id is answered as an unknown one", async () => {
    const [advertiser, affiliate, campaign] = [made.advertisers[1], made.affiliates[1], made.campaigns[1]]
    const variables = { advertiser, affiliate, campaign, link: made.links[1] }
    const none = { advertiser: null, affiliate: null, campaign: null, link: null }
    assert.deepEqual(await api.get(made.keys.affiliate, byId, variables), none)
    const hers = { affiliate: { id: affiliate }, link: { id: made.links[1] } }
    assert.deepEqual(await api.get(made.keys.advertiser, byId, variables), { ...none, ...hers })
  })

  test('an id of another kind, and text that is no id, are unknown', async () => {
    const variables = { advertiser: made.campaigns[0], affiliate: 'x', campaign: made.links[0], link: '' }
    assert.deepEqual(await api.get(api.adminKey, byId, variables), {
      advertiser: null,
      affiliate: null,
      campaign: null,
      link: null,
    })
  })

  test('lists within a visible record are filtered, what it belongs to is not', async () => {
    const query = `query ($id: ID!) { campaign(id: $id) { advertiser { name campaigns { nodes { name } } } links { nodes { affiliate { name } } } } }`
    const mine = (names: string[]) => ({
      campaign: {
        advertiser: { name: 'Acme', campaigns: { nodes: [{ name: 'Acme shoes' }] } },
        links: { nodes: names.map((name) => ({ affiliate: { name } })) },
      },
    })
    assert.deepEqual(await api.get(made.keys.affiliate, query, { id: made.campaigns[0] }), mine(['Ann']))
    assert.deepEqual(await api.get(made.keys.advertiser, query, { id: made.campaigns[0] }), mine(['Ann', 'Ben']))
  })

  test('an advertiser sees what it pays, an affiliate what it earns', async () => {
    const query = `query ($id: ID!) { campaign(id: $id) { goals { revenue { value } payout { value } } } }`
    const goals = async (key: string) => {
      const { campaign } = await api.get<{ campaign: { goals: unknown } }>(key, query, { id: made.campaigns[0] })
      return campaign.goals
    }
    const revenue = { value: '10' }
    const payout = { value: '5' }
    assert.deepEqual(await goals(made.keys.analyst), [{ revenue, payout }])
    assert.deepEqual(await goals(made.keys.advertiser), [{ revenue, payout: null }])
    assert.deepEqual(await goals(made.keys.affiliate), [{ revenue: null, payout }])
  })

  test('only an admin and the advertiser itself see its postback URL', async () => {
    const query = `query ($id: ID!) { advertiser(id: $id) { postbackUrl allowedIps } }`
    const ask = async (key: string) => {
      const { advertiser } = await api.get<{ advertiser: { postbackUrl: string | null; allowedIps: string[] | null } }>(
        key,
        query,
        { id: made.advertisers[0] },
      )
      return advertiser
    }
    const url = /^https:\/\/track\.example\/postback\?token=pbt_[0-9a-z]{32}&click_id=\{click_id\}/
    assert.match((await ask(made.keys.admin)).postbackUrl ?? '', url)
    assert.match((await ask(made.keys.advertiser)).postbackUrl ?? '', url)
    assert.deepEqual(await ask(made.keys.analyst), { postbackUrl: null, allowedIps: [] })
    assert.deepEqual(await ask(made.keys.affiliate), { postbackUrl: null, allowedIps: null })
  })

  test('another workspace sees nothing of this one', async () => {
    const { createWorkspace } = await import('../../src/catalog/create-workspace.js')
    const { adminKey } = await createWorkspace(api.orm, api.clock, { name: 'Elsewhere' })
    const [advertiser] = made.advertisers
    const variables = { advertiser, affiliate: made.affiliates[0], campaign: made.campaigns[0], link: made.links[0] }
    assert.deepEqual(await api.get(adminKey, byId, variables), {
      advertiser: null,
      affiliate: null,
      campaign: null,
      link: null,
    })
    const update = `mutation ($id: ID!) { updateAdvertiser(id: $id, input: {name: "Mine"}) { id } }`
    assert.equal(await api.refusal(adminKey, update, { id: advertiser }), 'NOT_FOUND id')
  })

  test('the viewer knows itself, its workspace and the end of the ledger', async () => {
    const query = `{ viewer { role workspace { name currency timeZone head } advertiser { name } affiliate { name } } }`
    const { viewer } = await api.get<{ viewer: { workspace: { head: string } } }>(made.keys.affiliate, query)
    const { head } = viewer.workspace
    assert.deepEqual(viewer, {
      role: 'AFFILIATE',
      workspace: { name: 'Shop', currency: 'EUR', timeZone: 'UTC', head },
      advertiser: null,
      affiliate: { name: 'Ann' },
    })
    assert.match(head, /^[\w-]{80}$/)
  })
})
