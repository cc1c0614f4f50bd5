import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Scope } from '../../src/access/scope.js'
import { clickColumns } from '../../src/exports/columns/click-columns.js'
import type { Column } from '../../src/exports/columns/column.js'
import { conversionColumns } from '../../src/exports/columns/conversion-columns.js'
import { churn } from '../reporting/churn.js'
import { clickDraft, receiptDraft, request, type Way } from '../support/drafts.js'
import { type Cells, createExportWorld, type ExportWorld, type JsonRow } from './world.js'

type Answered = Readonly<Record<string, unknown>>

const byId = (one: JsonRow, other: JsonRow) => (String(one.id) < String(other.id) ? -1 : 1)
const traffic = 'source creative keyword placement country device'
const party = 'campaign { id name advertiser { id name } } affiliate { id name ref } link { id }'
const conversionFields = `id event status transactionId line test amount currency rate saleAmount revenue payout
  occurredAt receivedAt clickedAt ${traffic} ${party} receipt { id } click { id subs }`
const clickFields = `id at test bot cost externalId externalKind region language os browser subs ${traffic} ${party}`

/** A GraphQL answer as an export's columns name it. */
function flat(node: Answered, columns: readonly Column[]): Record<string, unknown> {
  const { campaign, affiliate, link, receipt, click } = node as Record<string, Answered | null>
  const advertiser = campaign?.advertiser as Answered
  const related: Record<string, unknown> = {
    ...{ campaign_id: campaign?.id, campaign: campaign?.name, advertiser_id: advertiser.id },
    ...{ advertiser: advertiser.name, affiliate_id: affiliate?.id, affiliate: affiliate?.name },
    ...{ affiliate_ref: affiliate?.ref, link_id: link?.id, receipt_id: receipt?.id, click_id: click?.id },
    ...(node.subs ?? click?.subs ?? {}),
  }
  return Object.fromEntries(
    columns.map(({ name }) => {
      const field = name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
      const value = related[name] ?? node[field]
      return [name, value === '' ? null : (value ?? null)]
    }),
  )
}

suite('the rows of an export', () => {
  let world: ExportWorld
  let viewers: { readonly role: string; readonly key: string }[]
  before(async () => {
    world = await createExportWorld({
      startMs: Date.parse('2026-03-27T10:00:00Z'),
      exportLimits: { firstPageRows: 7, maxPageRows: 11 },
    })
    const { app, admin, key } = world
    const { ways } = await churn({ ...app, newScope: async () => admin as Scope }, app.ledger, 5, 600)
    for (const way of ways) {
      const click = clickDraft(way, app.clock(), { cost: '0.25' })
      await app.ledger.keepClick(click)
      await app.ledger.keepPostback(
        receiptDraft(way, app.clock()),
        request({ clickId: click.id, event: 'sale', amount: '80' }),
      )
    }
    const [{ advertiserId, affiliateId }, , , { advertiserId: other }] = ways as [Way, Way, Way, Way]
    viewers = [
      { role: 'ADMIN', key: app.adminKey },
      { role: 'ANALYST', key: await key('ANALYST') },
      { role: 'ADVERTISER', key: await key('ADVERTISER', { advertiserId }) },
      { role: 'ADVERTISER', key: await key('ADVERTISER', { advertiserId: other }) },
      { role: 'AFFILIATE', key: await key('AFFILIATE', { affiliateId }) },
    ]
  })
  after(() => world.close())

  /** Every node of a list of the API, oldest first. */
  async function listed(field: 'conversions' | 'clicks', key: string, fields: string, filter: object = {}) {
    const type = field === 'clicks' ? 'ClickFilter' : 'ConversionFilter'
    const query = `query ($filter: ${type}, $after: PageCursor) {
      page: ${field}(first: 500, filter: $filter, after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`
    const nodes: Answered[] = []
    let after: string | null = null
    do {
      type Page = { page: { nodes: Answered[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }
      const { page }: Page = await world.app.get<Page>(key, query, { filter, after })
      nodes.push(...page.nodes)
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null)
    return nodes.reverse()
  }

  /** What both formats must say; only GraphQL does not show all that an export does. */
  function assertSame(rows: readonly JsonRow[], nodes: readonly Answered[], columns: readonly Column[], not: string[]) {
    const shown = columns.filter(({ name }) => !not.includes(name))
    const pick = (row: JsonRow) => Object.fromEntries(shown.map(({ name }) => [name, row[name]]))
    assert.deepEqual(
      rows.map(pick),
      nodes.map((node) => flat(node, shown)),
    )
  }

  const asText = (row: JsonRow): Cells =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? '' : String(value)]))

  test('are what the API answers, in either format, for every role', async () => {
    for (const { role, key } of viewers) {
      // Those who do not see all get theirs in the order in which they were booked, which the API does not know.
      const rows = (await world.ndjson('conversions', key)).sort(byId)
      const nodes = await listed('conversions', key, conversionFields)
      assert.ok(rows.length > 50, `${role}: ${rows.length}`)
      // These the API does not show of a conversion, or shows of its click.
      const unshown = ['region', 'language', 'os', 'browser', 'changed_at']
      assertSame(rows, nodes, conversionColumns, unshown)
      assert.deepEqual((await world.csv('conversions?raw=true', key)).sort(byId), rows.map(asText))

      const clicks = await world.ndjson('clicks', key)
      assert.ok(clicks.length > 20, `${role}: ${clicks.length}`)
      assertSame(clicks, await listed('clicks', key, clickFields), clickColumns, [])
      assert.deepEqual(await world.csv('clicks?raw=true', key), clicks.map(asText))
    }
  })

  test('hold no money that a role may not see, in any export', async () => {
    const hidden = {
      ADVERTISER: /^(payout|payout_delta|cost|profit|approved_payout|cost_per_action|return_on_.*)$/,
      AFFILIATE: /^(amount|rate|sale_amount.*|revenue.*|approved_revenue|average_order_value|receipt_id)$/,
    } as const
    const money = /amount|revenue|payout|cost|rate$|profit|return_on|value|receipt_id/
    for (const { role, key } of viewers) {
      for (const path of ['conversions', 'changes', 'clicks', 'performance?range=LAST_7_DAYS&groupBy=CAMPAIGN']) {
        const rows = await world.csv(path, key)
        assert.ok(rows.length > 0, `${role} ${path}`)
        for (const name of Object.keys(rows[0] ?? {}).filter((one) => money.test(one))) {
          const mayNot = hidden[role as keyof typeof hidden]?.test(name) ?? false
          if (mayNot)
            assert.ok(
              rows.every((row) => row[name] === ''),
              `${role} sees ${name} of ${path}`,
            )
          else
            assert.ok(
              rows.some((row) => row[name] !== ''),
              `${role} does not see ${name} of ${path}`,
            )
        }
      }
    }
  })

  test('pass every filter as in the queries', async () => {
    const all = await world.ndjson('conversions')
    const [one] = all.filter(({ link_id, source }) => link_id !== null && source !== null)
    assert.ok(one)
    const filters: [string, object][] = [
      [`campaignIds=${one.campaign_id}`, { campaignIds: [one.campaign_id] }],
      [`campaignIds=${one.campaign_id},cmp_nonsense`, { campaignIds: [one.campaign_id, 'cmp_nonsense'] }],
      [`advertiserIds=${one.advertiser_id}&test=false`, { advertiserIds: [one.advertiser_id], test: false }],
      [`affiliateIds=${one.affiliate_id}&test=true`, { affiliateIds: [one.affiliate_id], test: true }],
      [`linkIds=${one.link_id}`, { linkIds: [one.link_id] }],
      [`clickIds=${one.click_id}`, { clickIds: [one.click_id] }],
      ['events=lead,install', { events: ['lead', 'install'] }],
      ['statuses=PENDING,REVERSED', { statuses: ['PENDING', 'REVERSED'] }],
      ['minRevenue=1.99', { minRevenue: '1.99' }],
      ['statuses=APPROVED&minRevenue=2', { statuses: ['APPROVED'], minRevenue: '2' }],
      ['sources=', { sources: [''] }],
      ["sources=mail,it's", { sources: ['mail', "it's"] }],
      ['keywords[]=%25', { keywords: ['%'] }],
      ['creatives=mail,Mail&creatives=%25', { creatives: ['mail', 'Mail', '%'] }],
      [`placements[]=${encodeURIComponent('ü "quoted"')}`, { placements: ['ü "quoted"'] }],
      ['countries=mail', { countries: ['mail'] }],
      ['devices=,mail', { devices: ['', 'mail'] }],
      [`sub2=${encodeURIComponent('b"\\')}`, { subs: { sub2: 'b"\\' } }],
      ['transactionId=A', { transactionId: 'A' }],
      [
        'from=2026-03-27T09:00:00.001Z&to=2026-03-27T09:01:00Z',
        { from: '2026-03-27T09:00:00.001Z', to: '2026-03-27T09:01:00Z' },
      ],
      ['from=2026-03-27T10:01:00%2B01:00', { from: '2026-03-27T10:01:00+01:00' }],
    ]
    for (const [parameters, filter] of filters) {
      const nodes = await listed('conversions', world.app.adminKey, 'id', filter)
      assert.ok(nodes.length > 0 && nodes.length < all.length, `${parameters} passes ${nodes.length} of ${all.length}`)
      const ids = (await world.csv(`conversions?${parameters}`)).map(({ id }) => id)
      assert.deepEqual(
        ids,
        nodes.map(({ id }) => id),
        parameters,
      )
    }
    const clicks = await world.csv('clicks')
    const clickFilters: [string, object][] = [
      [
        `campaignIds=${one.campaign_id}&affiliateIds=${one.affiliate_id}`,
        { campaignIds: [one.campaign_id], affiliateIds: [one.affiliate_id] },
      ],
      [`linkIds=${one.link_id}`, { linkIds: [one.link_id] }],
      ['sources=mail', { sources: ['mail'] }],
      ['sub1=a', { subs: { sub1: 'a' } }],
      [
        'bot=false&from=2026-03-27T08:00:00Z&to=2026-03-27T08:00:00.001Z',
        { bot: false, from: '2026-03-27T08:00:00Z', to: '2026-03-27T08:00:00.001Z' },
      ],
    ]
    for (const [parameters, filter] of clickFilters) {
      const nodes = await listed('clicks', world.app.adminKey, 'id', filter)
      assert.ok(nodes.length > 0, parameters)
      assert.deepEqual(
        (await world.csv(`clicks?${parameters}`)).map(({ id }) => id),
        nodes.map(({ id }) => id),
        parameters,
      )
    }
    assert.ok(clicks.length > 0)
    assert.deepEqual(await world.csv('clicks?bot=true'), [])
  })
})
