import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createTestApi, type TestApi } from '../support/api.js'
import { createCatalogMaker } from '../support/catalog.js'

interface Page {
  nodes: { id: string }[]
  edges: { cursor: string; node: { id: string } }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

suite('Lists', () => {
  let api: TestApi
  let advertiserId: string
  const campaignIds: string[] = []
  const affiliateIds: string[] = []

  before(async () => {
    api = await createTestApi()
    const make = createCatalogMaker(api)
    advertiserId = await make.advertiser()
    for (let number = 0; number < 120; number += 1) affiliateIds.push(await make.affiliate(`Affiliate ${number}`))
    for (let number = 0; number < 6; number += 1) {
      const campaignId = await make.campaign(advertiserId, { name: `Campaign ${number}` })
      campaignIds.push(campaignId)
      for (const affiliateId of affiliateIds.slice(0, 4)) await make.link(campaignId, affiliateId)
    }
  })
  after(() => api.close())

  const list = `query ($first: Int, $after: PageCursor) {
    affiliates(first: $first, after: $after) { nodes { id } edges { cursor node { id } } pageInfo { hasNextPage endCursor } }
  }`
  const readPage = async (variables: object) =>
    (await api.get<{ affiliates: Page }>(api.adminKey, list, { ...variables })).affiliates

  test('paging gives every row once and in order, whatever the size of the pages', async () => {
    for (const first of [7, 40, 119, 120, 500]) {
      const seen: string[] = []
      let after: string | null = null
      let hasNextPage = true
      while (hasNextPage) {
        const page: Page = await readPage({ first, after })
        seen.push(...page.nodes.map(({ id }) => id))
        after = page.pageInfo.endCursor
        hasNextPage = page.pageInfo.hasNextPage
      }
      assert.deepEqual(seen, affiliateIds, `pages of ${first}`)
    }
  })

  test('every edge has the cursor behind which the rest follows', async () => {
    const { edges } = await readPage({ first: 10 })
    const { nodes } = await readPage({ first: 3, after: edges[4]?.cursor })
    assert.deepEqual(
      nodes.map(({ id }) => id),
      affiliateIds.slice(5, 8),
    )
  })

  test('a page has 50 rows unless asked otherwise, and 500 at most', async () => {
    assert.equal(
      (await api.get<{ affiliates: Page }>(api.adminKey, '{ affiliates { nodes { id } } }')).affiliates.nodes.length,
      50,
    )
    for (const first of [0, -1, 501])
      assert.equal(await api.refusal(api.adminKey, list, { first }), 'BAD_USER_INPUT first')
    assert.equal(await api.refusal(api.adminKey, list, { first: null }), 'BAD_USER_INPUT first')
  })

  test('a cursor that is of another list, or of none, is refused', async () => {
    const { campaigns } = await api.get<{ campaigns: Page }>(api.adminKey, '{ campaigns { pageInfo { endCursor } } }')
    for (const after of [campaigns.pageInfo.endCursor, 'AAAA', 'x'.repeat(23), '%'.repeat(23)]) {
      assert.equal(await api.refusal(api.adminKey, list, { first: 5, after }), 'BAD_USER_INPUT after')
    }
  })

  test('search finds text in name and ref in any case, and takes wildcards as they are', async () => {
    const search = async (text: string) => {
      const query = `query ($text: String) { affiliates(first: 500, search: $text) { nodes { name } } }`
      return (await api.get<{ affiliates: Page }>(api.adminKey, query, { text })).affiliates.nodes.length
    }
    assert.equal(await search('LIATE 11'), 11)
    assert.equal(await search('affiliate-11'), 11)
    assert.equal(await search('%'), 0)
    assert.equal(await search('_'), 0)
    assert.equal(await search('\\'), 0)
    const query = `query ($text: String) { affiliates(search: $text) { nodes { id } } }`
    assert.equal(await api.refusal(api.adminKey, query, { text: 'x'.repeat(101) }), 'BAD_USER_INPUT search')
  })

  test('filters narrow campaigns and links; an id of no one matches nothing', async () => {
    const query = `query ($filter: CampaignFilter, $campaignId: ID, $affiliateId: ID) {
      campaigns(filter: $filter) { nodes { id } }
      links(campaignId: $campaignId, affiliateId: $affiliateId) { nodes { id } }
    }`
    const count = async (variables: object) => {
      const { campaigns, links } = await api.get<{ campaigns: Page; links: Page }>(api.adminKey, query, {
        ...variables,
      })
      return [campaigns.nodes.length, links.nodes.length]
    }
    assert.deepEqual(await count({}), [6, 24])
    assert.deepEqual(await count({ campaignId: campaignIds[0], filter: { advertiserIds: [advertiserId] } }), [6, 4])
    assert.deepEqual(await count({ affiliateId: affiliateIds[0], filter: { statuses: ['PAUSED'] } }), [0, 6])
    assert.deepEqual(await count({ campaignId: campaignIds[0], affiliateId: affiliateIds[0] }), [6, 1])
    assert.deepEqual(await count({ campaignId: 'cmp_x', filter: { advertiserIds: ['x'] } }), [0, 0])
    assert.deepEqual(await count({ filter: { search: 'campaign 3' } }), [1, 24])
  })

  test('a nested list costs one statement per level, however many parents there are', async () => {
    api.statements.length = 0
    const query = `{ campaigns { nodes {
      advertiser { name } goals { event }
      links(first: 3) { pageInfo { hasNextPage } nodes { url affiliate { name links(first: 2) { nodes { campaign { name } } } } } }
    } } }`
    const { campaigns } = await api.get<{ campaigns: { nodes: { links: Page }[] } }>(api.adminKey, query)
    assert.deepEqual(
      campaigns.nodes.map(({ links }) => [links.nodes.length, links.pageInfo.hasNextPage]),
      campaignIds.map(() => [3, true]),
    )
    // campaigns, advertisers, goals, links, their affiliates, the affiliates' links; the campaigns of those.
    assert.equal(api.statements.length, 7)
  })

  test('a nested list goes on behind its cursor, for each parent', async () => {
    const query = `query ($after: PageCursor) {
      campaigns(first: 2) { nodes { links(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }
    }`
    const read = async (after: string | null) => {
      const { campaigns } = await api.get<{ campaigns: { nodes: { links: Page }[] } }>(api.adminKey, query, { after })
      return campaigns.nodes.map(({ links }) => links)
    }
    const [first] = await read(null)
    const [rest, ofNext] = await read(first?.pageInfo.endCursor ?? null)
    assert.deepEqual([rest?.nodes.length, rest?.pageInfo.hasNextPage], [1, false])
    assert.deepEqual([ofNext?.nodes.length, ofNext?.pageInfo.hasNextPage], [3, true])
  })

  test('links are found by text in what their clicks have', async () => {
    const make = createCatalogMaker(api)
    const [campaignId, affiliateId] = [campaignIds[5] ?? '', affiliateIds[9] ?? '']
    const mail = await make.link(campaignId, affiliateId, { source: 'Newsletter', keyword: '100%' })
    const banner = await make.link(campaignId, affiliateId, { creative: 'hero', placement: 'letterbox' })
    const query = 'query ($search: String) { links(search: $search) { nodes { id } } }'
    const find = async (search: string) =>
      (await api.get<{ links: { nodes: { id: string }[] } }>(api.adminKey, query, { search })).links.nodes.map(
        ({ id }) => id,
      )
    assert.deepEqual(await find('LETTER'), [mail, banner])
    assert.deepEqual(await find('hero'), [banner])
    assert.deepEqual(await find('%'), [mail])
    assert.equal(await api.refusal(api.adminKey, query, { search: 'x'.repeat(101) }), 'BAD_USER_INPUT search')
  })
})
