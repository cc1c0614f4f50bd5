import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { metricColumns } from '../../src/exports/columns/performance-columns.js'
import { createSpool } from '../../src/exports/spool.js'
import { churn } from '../reporting/churn.js'
import { createExportWorld, type ExportWorld, type JsonRow } from './world.js'

interface Row {
  readonly bucket: string | null
  readonly key: Readonly<Record<string, string>>
  readonly campaign: { readonly id: string; readonly name: string } | null
  readonly affiliate: { readonly name: string; readonly ref: string } | null
  readonly metrics: Readonly<Record<string, string | number | null>>
}

const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
const metricFields = metricColumns.map(({ name }) => camel(name))
const week = { from: '2026-03-25T00:00:00Z', to: '2026-03-29T00:00:00Z' }
const span = `from=${week.from}&to=${week.to}`

suite('a report as an export', () => {
  let world: ExportWorld
  const keys: string[] = []
  before(async () => {
    world = await createExportWorld({
      startMs: Date.parse('2026-03-27T10:00:00Z'),
      // The rest of what little there is here goes through a file.
      exportLimits: { maxSpoolMemoryBytes: 500, maxReportRows: 40 },
    })
    const { app, admin, key } = world
    const { ways } = await churn({ ...app, newScope: async () => admin }, app.ledger, 7, 400)
    const [way] = ways
    assert.ok(way)
    keys.push(app.adminKey, await key('AFFILIATE', { affiliateId: way.affiliateId }))
    keys.push(await key('ADVERTISER', { advertiserId: way.advertiserId }))
  })
  after(() => world.close())

  async function report(key: string, query: object): Promise<{ rows: Row[]; asOf: string; truncated: boolean }> {
    const text = `query ($query: PerformanceInput!) { performance(query: $query) { asOf truncated rows {
      bucket key campaign { id name } affiliate { name ref } metrics { ${metricFields.join(' ')} } } } }`
    type Answer = { performance: { rows: Row[]; asOf: string; truncated: boolean } }
    return (await world.app.get<Answer>(key, text, { query: { ...week, ...query } })).performance
  }

  const metricsOf = (row: JsonRow) => Object.fromEntries(metricColumns.map(({ name }) => [camel(name), row[name]]))

  test('has the rows of the query, in its order, for every viewer', async () => {
    const questions: [parameters: string, query: object][] = [
      ['', {}],
      ['groupBy=CAMPAIGN', { groupBy: ['CAMPAIGN'] }],
      ['groupBy=AFFILIATE,STATUS&orderBy=CLICKS', { groupBy: ['AFFILIATE', 'STATUS'], orderBy: { by: 'CLICKS' } }],
      ['interval=HOUR&fill=true&first=30', { interval: 'HOUR', fill: true, first: 30 }],
      ['interval=DAY&timeZone=Asia/Kolkata&basis=CLICK', { interval: 'DAY', timeZone: 'Asia/Kolkata', basis: 'CLICK' }],
      ['groupBy=SOURCE&basis=CHANGE&test=true', { groupBy: ['SOURCE'], basis: 'CHANGE', test: true }],
      ['groupBy=SUB1,SOURCE&first=3', { groupBy: ['SUB1', 'SOURCE'], first: 3 }],
      [
        'groupBy=LINK&orderBy=CONVERSIONS&descending=false',
        { groupBy: ['LINK'], orderBy: { by: 'CONVERSIONS', descending: false } },
      ],
      [
        "sources=mail,it's&statuses=PENDING&groupBy=EVENT",
        { filter: { sources: ['mail', "it's"], statuses: ['PENDING'] }, groupBy: ['EVENT'] },
      ],
      ['sub1=a&groupBy=COUNTRY', { filter: { subs: { sub1: 'a' } }, groupBy: ['COUNTRY'] }],
    ]
    for (const key of keys) {
      for (const [parameters, query] of questions) {
        const path = `performance?${span}&${parameters}`
        const { headers } = await world.exported(path, key)
        const rows = await world.ndjson(path, key)
        const expected = await report(key, query)
        assert.ok(expected.rows.length > 0, parameters)
        assert.deepEqual(
          rows.map(metricsOf),
          expected.rows.map(({ metrics }) => metrics),
          parameters,
        )
        assert.equal(headers.get('pulseback-as-of'), expected.asOf)
        for (const [index, { bucket, key: keyed, campaign, affiliate }] of expected.rows.entries()) {
          const row = rows[index] ?? {}
          assert.equal(row.bucket ?? null, bucket)
          for (const [dimension, value] of Object.entries(keyed)) {
            const name = dimension.toLowerCase()
            assert.equal(row[`${name}_id`] ?? row[name] ?? '', value, dimension)
          }
          if ('CAMPAIGN' in keyed) assert.equal(row.campaign, campaign?.name)
          if ('AFFILIATE' in keyed)
            assert.deepEqual([row.affiliate, row.affiliate_ref], [affiliate?.name, affiliate?.ref])
        }
        const asText = rows.map((row) => Object.values(row).map((value) => (value === null ? '' : String(value))))
        assert.deepEqual((await world.csv(`${path}&raw=true`, key)).map(Object.values), asText)
      }
    }
  })

  test('has the columns of what was asked, in that order', async () => {
    const { text } = await world.exported(`performance?${span}&groupBy=SUB2,CAMPAIGN,AFFILIATE&interval=DAY`)
    const metrics = metricColumns.map(({ name }) => name)
    const dimensions = ['sub2', 'campaign_id', 'campaign', 'affiliate_id', 'affiliate', 'affiliate_ref']
    assert.equal(text.split('\r\n')[0], ['bucket', ...dimensions, ...metrics].join(','))
  })

  test('with more rows than there may be is refused before anything is sent, unless fewer are asked for', async () => {
    const path = `performance?${span}&interval=HOUR&fill=true`
    assert.equal(await world.refusal(path), '422 TOO_COMPLEX')
    assert.equal(await world.refusal(`${path}&first=41`), '400 BAD_USER_INPUT first')
    assert.equal((await world.csv(`${path}&first=40`)).length, 40)
  })

  test('on its way is kept in a file that has no name, and is as large as it may be', async () => {
    const limits = { maxSpoolMemoryBytes: 1_000, maxSpoolBytes: 10_000 }
    const read = async (sizes: readonly number[]) => {
      const spool = createSpool(limits)
      const pieces = sizes.map((size, index) => Buffer.alloc(size, index))
      for (const piece of pieces) await spool.put(piece)
      const read: Buffer[] = []
      for await (const piece of spool.pieces()) read.push(piece)
      assert.deepEqual(Buffer.concat(read), Buffer.concat(pieces))
    }
    await read([])
    await read([10, 0, 900])
    await read([10, 2_000, 5, 7_900])
    await assert.rejects(read([5_000, 5_001]), { code: 'TOO_COMPLEX' })
    const spool = createSpool(limits)
    await spool.put(Buffer.alloc(2_000))
    await spool.close()
    await spool.close()
  })
})
