import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, suite, test } from 'node:test'
import { createStage, inBrowser, type Stage } from '../support/stage.js'
import { cells, row, search, table, tick } from './page.js'
import { openReports, type Reports } from './world.js'

suite('the figures of a report', inBrowser, () => {
  let stage: Stage
  let reports: Reports
  before(async () => {
    stage = await createStage()
    reports = await openReports(stage)
  })
  after(() => stage.close())

  test('compares each row and the total with the period before, cut off at the same time', async () => {
    const visitor = await reports.open('?range=LAST_7_DAYS&groupBy=SOURCE&columns=clicks,revenue&compare=true')
    const { page } = visitor
    assert.deepEqual(await cells(page), [
      ['Source', 'Clicks', 'Clicks change', 'Revenue', 'Revenue change'],
      ['blog', '5', '▲ +4+400%', '€35.00', '▲ +€25.00+250%'],
      ['mail, weekly', '1', '▲ +1new', '€10.00', '▲ +€10.00new'],
      ['old', '0', '▼ -2-100%', '€0.00', '▼ -€10.00-100%'],
      ['Total', '6', '▲ +3+100%', '€45.00', '▲ +€25.00+125%'],
    ])
    await page.getByText('Compared with 22 May 2026, 00:00 to 28 May 2026, 12:').waitFor()
    // Who lost most comes first when one asks for that.
    await table(page).getByRole('button', { name: 'Clicks change' }).click()
    await table(page).getByRole('button', { name: 'Clicks change' }).click()
    await table(page).getByRole('row').nth(1).filter({ hasText: 'old' }).waitFor()
    await visitor.close()
  })

  test('a bucket is compared with the one at its place in the period before', async () => {
    const visitor = await reports.open(
      '?from=2026-06-01&to=2026-06-07&interval=DAY&groupBy=&columns=clicks&compare=true',
    )
    const { page } = visitor
    // Tuesday with Tuesday, Thursday with Thursday.
    assert.deepEqual((await cells(page)).slice(1, -1), [
      ['Tue, 2 Jun 2026', '2', '▲ +2new'],
      ['Wed, 3 Jun 2026', '1', '▼ -1-50%'],
      ['Thu, 4 Jun 2026', '3', '▲ +2+200%'],
    ])
    await visitor.close()
  })

  test('an hour is compared with the same hour of the clock; one that comes twice, with none', async () => {
    const day = '?from=2025-10-26&to=2025-10-26&timeZone=Europe/Berlin'
    const visitor = await stage.signIn('ADMIN', { path: `/reports${day}&compare=true` })
    const { page } = visitor
    await page.getByRole('button', { name: 'As a table' }).click()
    const drawn = page.getByRole('table', { name: 'Conversions by the hour' })
    await drawn.getByRole('row', { name: '26 Oct 2025, 03:00' }).waitFor()
    assert.equal(await drawn.getAttribute('aria-rowcount'), '26')
    assert.deepEqual((await cells(page, 'Conversions by the hour')).slice(2, 6), [
      ['26 Oct 2025, 01:00', '0', '0'],
      ['26 Oct 2025, 02:00', '0', '0'],
      ['26 Oct 2025, 02:00', '0', '–'],
      ['26 Oct 2025, 03:00', '0', '0'],
    ])
    await visitor.close()
  })

  test('chart, table, total and API have the same figures', async () => {
    const visitor = await reports.open('?range=LAST_7_DAYS&interval=DAY&chart=revenue&columns=clicks,revenue')
    const { page } = visitor
    const { app } = stage
    await page.getByRole('button', { name: 'As a table' }).click()
    const drawn = page.getByRole('table', { name: 'Revenue by day' })
    await drawn.getByRole('row', { name: /Thu,? 4 Jun 2026/ }).waitFor()
    const lines = await cells(page, 'Revenue by day')
    const euros = (text: string | undefined) => Number((text ?? '').replace(/[€,]/g, '').replace('–', '0'))
    const sums = (rows: readonly string[][], index: number) => rows.reduce((sum, cells) => sum + euros(cells[index]), 0)
    const [, all, ...others] = lines[0]?.map((_, index) => sums(lines.slice(1), index)) ?? []
    const shown = await cells(page)
    const total = shown.at(-1)
    assert.equal(all, 45)
    assert.equal(total?.[3], '€45.00')
    assert.equal(sums(shown.slice(1, -1), 3), all)
    assert.equal(
      others.reduce((sum, one) => sum + one, 0),
      all,
    )
    assert.deepEqual(new Set(lines[0]?.slice(2)), new Set(['Winter', 'Campaign']))
    type Answer = { performance: { totals: { revenue: string } } }
    const answer = await app.get<Answer>(
      app.adminKey,
      '{ performance(query: {range: LAST_7_DAYS}) { totals { revenue } } }',
    )
    assert.equal(Number(answer.performance.totals.revenue), all)
    await visitor.close()
  })

  test('a download is the table, whole, and a refusal is told', async () => {
    const visitor = await reports.open(
      '?range=LAST_7_DAYS&interval=DAY&groupBy=CAMPAIGN,SOURCE&first=2&orderBy=CLICKS',
      'ADMIN',
      {
        expected: /429/,
      },
    )
    const { page } = visitor
    await page.getByText('These are the first 2 rows').waitFor()
    await page.getByRole('button', { name: /^Download/ }).click()
    const begun = page.waitForEvent('download')
    await page.getByRole('button', { name: 'CSV, for spreadsheets' }).click()
    const file = await begun
    assert.equal(file.suggestedFilename(), 'performance-2026-06-04.csv')
    const [header = [], ...lines] = (await readFile(await file.path(), 'utf8'))
      .trim()
      .split('\r\n')
      .map(
        (line) =>
          line.match(/("([^"]|"")*"|[^,]*)(,|$)/g)?.map((cell) => cell.replace(/,$/, '').replace(/^"|"$/g, '')) ?? [],
      )
    await page.getByText(/^Done: /).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Show up to 10,000' }).click()
    await row(page, /mail, weekly/).waitFor()
    const at = (name: string) => header.indexOf(name)
    const inFile = lines.map((cells) => [
      ...[cells[at('campaign')], cells[at('source')], cells[at('clicks')], cells[at('conversions')]],
      `€${Number(cells[at('revenue')]).toFixed(2)}`,
    ])
    const inTable = (await cells(page)).slice(1, -1).map((texts) => [...texts.slice(1, 5), texts[6]])
    assert.equal(inTable.length, 3)
    assert.deepEqual(inFile, inTable)
    await page.getByRole('button', { name: /^Download/ }).click()
    await page.route('**/export/performance?*', (route) =>
      route.fulfill({
        status: 429,
        headers: { 'retry-after': '5' },
        json: { errors: [{ message: 'Too many exports at a time.' }] },
      }),
    )
    await page.getByRole('button', { name: 'NDJSON' }).click()
    await page.getByText('Too many exports at a time. Try again in 5 seconds.').waitFor()
    await visitor.close()
  })

  test('nobody sees, sorts by or picks money that is hidden from them', async () => {
    const seen = {
      ADVERTISER: {
        columns: ['Revenue', 'Sale amount'],
        hidden: ['Payout', 'Profit', 'Cost'],
        dimension: 'Advertiser',
      },
      AFFILIATE: { columns: ['Payout'], hidden: ['Revenue', 'Sale amount'], dimension: 'Affiliate' },
    } as const
    for (const role of ['ADVERTISER', 'AFFILIATE'] as const) {
      const { columns, hidden, dimension } = seen[role]
      const visitor = await reports.open('?orderBy=COST&columns=clicks,revenue,payout&groupBy=CAMPAIGN', role, {})
      const { page } = visitor
      const money = role === 'AFFILIATE' ? 'revenue' : 'payout'
      await page.getByText(`columns=${money} was left out: your key does not see it.`).waitFor()
      await page.getByRole('button', { name: /^Columns/ }).click()
      for (const name of columns) await tick(page, name).waitFor()
      for (const name of hidden) assert.equal(await tick(page, name).count(), 0, name)
      for (const name of hidden) assert.equal(await page.getByRole('option', { name, exact: true }).count(), 0, name)
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: /^By/ }).click()
      await tick(page, 'Source').waitFor()
      assert.equal(await tick(page, dimension).count(), 0)
      await page.keyboard.press('Escape')
      const [, ...rows] = await cells(page)
      // The affiliate's own visits and no others: not the one by mail.
      assert.equal(rows.at(-1)?.[1], role === 'AFFILIATE' ? '9' : '10')
      await visitor.close()
    }
  })

  test('copies itself as GraphQL, which answers the same', async () => {
    const visitor = await reports.open(
      '?range=LAST_7_DAYS&interval=DAY&groupBy=CAMPAIGN,SOURCE&countries=DE,&sources=blog&statuses=APPROVED&sub1=&orderBy=REVENUE',
    )
    const { page, context } = visitor
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'As GraphQL' }).click()
    const dialog = page.getByRole('dialog', { name: 'This report as GraphQL' })
    assert.deepEqual(await visitor.accessibilityProblems(), [])
    await dialog.getByRole('button', { name: 'Copy' }).click()
    await dialog.getByRole('button', { name: 'Copied' }).waitFor()
    const text: string = await page.evaluate('navigator.clipboard.readText()')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    type Answer = {
      performance: {
        totals: { clicks: number; revenue: string }
        rows: { campaign: { name: string }; key: Record<string, string>; metrics: { clicks: number } }[]
      }
    }
    const { performance } = await stage.app.get<Answer>(stage.app.adminKey, text)
    const shown = await cells(page)
    assert.deepEqual(
      performance.rows.map(({ campaign, key, metrics }) => [campaign.name, key.SOURCE, String(metrics.clicks)]),
      shown.slice(1, -1).map((texts) => texts.slice(1, 4)),
    )
    assert.equal(performance.rows.length, 2)
    assert.equal(String(performance.totals.clicks), shown.at(-1)?.[3])
    await visitor.close()
  })

  // Last, because it makes more visits.
  test('live, table, total and chart follow the books together; otherwise only when asked to', async () => {
    const still = await reports.open('?range=TODAY')
    const visitor = await reports.open('?range=TODAY')
    const { page } = visitor
    await page.getByLabel('Live').check()
    await page.getByText('Live', { exact: true }).and(page.getByRole('status')).waitFor()
    await reports.visit('2026-06-04T12:00Z', reports.winterLink, 'source=blog', true)
    await row(page, 'Winter 4 3').waitFor()
    await row(page, 'Total 4 3').waitFor()
    await page.getByRole('button', { name: 'As a table' }).click()
    await page.getByRole('row', { name: '4 Jun 2026, 12:00 1 1' }).waitFor()
    assert.match(search(page), /live=true/)
    await row(still.page, 'Total 3 2').waitFor()
    await still.page.getByRole('button', { name: 'Refresh' }).click()
    await row(still.page, 'Total 4 3').waitFor()
    await visitor.close()
    await still.close()
  })

  test('of many rows only those in sight are in the document, and the total counts them all', async () => {
    const sources = Array.from({ length: 150 }, (_, index) => `s-${String(index).padStart(3, '0')}`)
    for (const source of sources) await reports.visit('2026-06-04T13:00Z', reports.winterLink, `source=${source}`)
    const visitor = await reports.open('?range=TODAY&groupBy=SOURCE&orderBy=SOURCE&descending=false&first=152')
    const { page } = visitor
    await row(page, /^Total 154/).waitFor()
    assert.equal(await table(page).getAttribute('aria-rowcount'), '153')
    assert.ok((await cells(page)).length < 80)
    assert.equal((await cells(page))[2]?.[0], 's-000')
    await page.getByRole('region', { name: 'Report' }).focus()
    await page.keyboard.press('End')
    await row(page, /^s-149/).waitFor()
    await row(page, /^Total 154/).waitFor()
    await visitor.close()
  })
})
