import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { createStage, inBrowser, type Stage } from '../support/stage.js'
import { testLooks } from '../support/test-looks.js'
import { cells, filterBy, read, row, search, table, tick, way } from './page.js'
import { openReports, type Reports } from './world.js'

suite('what a report is asked', inBrowser, () => {
  let stage: Stage
  let reports: Reports
  before(async () => {
    stage = await createStage()
    reports = await openReports(stage)
  })
  after(() => stage.close())

  test('picked, sorted, gone into, and back again', async () => {
    const visitor = await reports.open('')
    const { page } = visitor
    await row(page, 'Campaign 7 5').waitFor()
    await row(page, 'Total 10 7').waitFor()
    // Another dimension, and a narrower range.
    await page.getByRole('radio', { name: 'Last 7 days' }).check()
    await page.getByRole('button', { name: /^By/ }).click()
    await tick(page, 'Source').check()
    await page.keyboard.press('Escape')
    await row(page, 'Campaign mail, weekly 1 1 100%').waitFor()
    assert.equal(search(page), '?range=LAST_7_DAYS&groupBy=CAMPAIGN,SOURCE')
    // By a figure, by the server; and by a name, which the server does not know how to.
    await table(page).getByRole('button', { name: 'Clicks', exact: true }).click()
    await page.waitForURL(/orderBy=CLICKS/)
    const column = async (index: number) => (await cells(page)).slice(1, -1).map((texts) => texts[index])
    await row(page, 'Winter blog 3').waitFor()
    assert.deepEqual(await column(2), ['3', '2', '1'])
    await table(page).getByRole('button', { name: 'Clicks', exact: true }).click()
    await page.waitForURL(/descending=false/)
    await table(page).getByRole('row').nth(1).filter({ hasText: 'mail, weekly' }).waitFor()
    assert.deepEqual(await column(2), ['1', '2', '3'])
    await table(page).getByRole('button', { name: 'Source', exact: true }).click()
    await page.waitForURL(/orderBy=SOURCE/)
    await table(page).getByRole('row').nth(3).filter({ hasText: 'mail, weekly' }).waitFor()
    assert.deepEqual(await column(1), ['blog', 'blog', 'mail, weekly'])
    // Into a value, and into what is asked next.
    await row(page, /^Winter/)
      .getByRole('link', { name: 'Winter' })
      .click()
    await way(page).getByText('Campaign Winter').waitFor()
    await row(page, 'blog 3 2').waitFor()
    await row(page, /^blog/).getByRole('link', { name: 'blog' }).click()
    await row(page, 'snow 2 2').waitFor()
    await row(page, 'not set 1 0').waitFor()
    assert.equal(await way(page).innerText().then(flat), 'All Campaign Winter Source blog')
    await page.locator(':focus').filter({ hasText: 'Source blog' }).waitFor()
    // Back by the way, and by the browser.
    await way(page).getByRole('link', { name: 'Campaign Winter' }).click()
    await row(page, 'blog 3 2').waitFor()
    await page.goBack()
    await row(page, 'snow 2 2').waitFor()
    await way(page).getByRole('link', { name: 'All' }).click()
    await row(page, 'Campaign mail, weekly').waitFor()
    assert.equal(search(page), '?range=LAST_7_DAYS&groupBy=CAMPAIGN,SOURCE&orderBy=SOURCE&descending=false')
    await visitor.close()
  })

  test('a bucket of time opens into shorter ones', async () => {
    const visitor = await reports.open('?range=THIS_MONTH&interval=DAY&groupBy=')
    const { page } = visitor
    await row(page, /^Thu,? 4 Jun 2026 3 2/)
      .getByRole('link')
      .click()
    await row(page, '4 Jun 2026, 09:00 3 2').getByRole('link').click()
    await row(page, '4 Jun 2026, 09:15 1 0').waitFor()
    await way(page).getByRole('link', { name: 'Thu, 4 Jun 2026' }).click()
    await row(page, '4 Jun 2026, 09:00 3 2').waitFor()
    await way(page).getByRole('link', { name: 'All' }).click()
    await row(page, /^Tue,? 2 Jun 2026 2 1/).waitFor()
    assert.equal(search(page), '?range=THIS_MONTH&interval=DAY&groupBy=')
    await visitor.close()
  })

  test('an address shows somebody else the same report', async () => {
    const address =
      '?range=LAST_7_DAYS&interval=DAY&groupBy=SOURCE&sources=blog&sources[]=mail,+weekly&orderBy=REVENUE&columns=clicks,revenue&compare=true'
    const one = await reports.open(address)
    // What is written is what was read, and what was changed.
    await one.page.getByLabel('Time basis').selectOption('CLICK')
    await one.page.getByText(/what became of the clicks of that time\. Books as of/).waitFor()
    const changed = address.replace('[]', '%5B%5D').replace('&orderBy', '&basis=CLICK&orderBy')
    assert.equal(search(one.page), changed)
    await read(one.page)
    const other = await reports.open(search(one.page), 'ANALYST')
    const shown = await cells(one.page)
    assert.deepEqual(shown[0], ['Time', 'Source', 'Clicks', 'Clicks change', 'Revenue', 'Revenue change'])
    assert.deepEqual(shown[1]?.slice(0, 3), ['Thu, 4 Jun 2026', 'blog', '3'])
    assert.deepEqual(await cells(other.page), shown)
    await one.close()
    await other.close()
  })

  test('what an address says that makes no sense is told in words', async () => {
    const visitor = await reports.open(
      '?interval=FORTNIGHT&groupBy=CAMPAIGN,SHOE&timeZone=CET&first=0&columns=clicks,luck&colour=red&from=2026-06-31&to=2026-07-01',
    )
    const { page } = visitor
    const told = await page.getByRole('alert').filter({ hasText: 'not understood' }).innerText()
    for (const problem of [
      'interval=FORTNIGHT was left out: it can be',
      'groupBy=SHOE was left out: there is no such dimension here.',
      'timeZone=CET was left out: there is no such time zone',
      'first=0 was left out: it can be 1 to 10000.',
      'columns=luck was left out: there is no such figure.',
      'colour=red was left out: a report has no such part.',
      'from=2026-06-31 to=2026-07-01 was left out: both must be days',
    ]) {
      assert.ok(told.includes(problem), `${problem} in ${told}`)
    }
    assert.deepEqual((await cells(page))[0], ['Campaign', 'Clicks'])
    await visitor.close()
  })

  test('what the server refuses is told in its words, with the part to blame, and the way out', async () => {
    const visitor = await stage.signIn('ADMIN', { path: '/reports?from=2010-01-01&to=2026-06-01' })
    const { page } = visitor
    await page.getByText('A report spans at most 3700 days. It is about the range.').waitFor()
    assert.equal(await table(page).count(), 0)
    await page.route('**/graphql', async (route) => {
      const errors = [{ message: 'Ask for a shorter range.', extensions: { code: 'TOO_COMPLEX' } }]
      await route.fulfill({ json: { data: null, errors } })
    })
    await page.getByRole('radio', { name: 'Today' }).check()
    await page.getByText('Ask for a shorter range.').waitFor()
    await page.unroute('**/graphql')
    await page.getByRole('button', { name: 'Try again' }).click()
    await row(page, 'Winter 3 2').waitFor()
    assert.equal(await page.getByRole('alert').filter({ hasText: 'could not be read' }).count(), 0)
    await visitor.close()
  })

  test('days are those of the zone, chosen or typed', async () => {
    const visitor = await reports.open('?range=LAST_7_DAYS&interval=DAY&groupBy=&sources[]=mail, weekly')
    const { page } = visitor
    await row(page, /^Wed,? 3 Jun 2026 1 1/).waitFor()
    const zone = page.getByLabel('Time zone')
    await zone.fill('Europe/Nowhere')
    await zone.press('Enter')
    await page.getByText('There is no such time zone').waitFor()
    await zone.fill('Europe/Berlin')
    await zone.press('Enter')
    await row(page, /^Thu,? 4 Jun 2026 1 1/).waitFor()
    await page
      .getByText('29 May 2026 to 4 June 2026, Europe/Berlin')
      .or(page.getByText('29 May 2026 to 4 Jun 2026, Europe/Berlin'))
      .waitFor()
    // Its own days, to the minute: the day begins at ten in the evening in UTC.
    await page.getByRole('radio', { name: 'Dates' }).check()
    await page.getByLabel('From').fill('2026-06-03')
    await page.getByLabel('to', { exact: true }).fill('2026-06-03')
    await page.getByRole('button', { name: 'Show these dates' }).click()
    await page.getByText('Nothing happened in this range').waitFor()
    await page.getByLabel('to', { exact: true }).fill('2026-06-04')
    await page.getByRole('button', { name: 'Show these dates' }).click()
    await row(page, /^Thu,? 4 Jun 2026 1 1/).waitFor()
    assert.match(search(page), /from=2026-06-03&to=2026-06-04/)
    await visitor.close()
  })

  test('a widened range says so', async () => {
    const visitor = await reports.open('?from=2026-06-04T09:05:00Z&to=2026-06-04T09:12:00Z')
    await visitor.page.getByText('The range was widened to whole quarters of an hour.').waitFor()
    await visitor.page.getByText('4 Jun 2026, 09:00 to 4 Jun 2026, 09:15, UTC').waitFor()
    await visitor.close()
  })

  test('filters are picked from what occurs, found by name, or typed', async () => {
    const visitor = await reports.open('?range=LAST_7_DAYS')
    const { page } = visitor
    await filterBy(page, 'Source')
    await page.getByRole('checkbox', { name: 'mail, weekly' }).check()
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await row(page, 'Total 1 1').waitFor()
    assert.match(search(page), /sources%5B%5D=mail,\+weekly/)
    await page.getByRole('button', { name: /^Source/ }).click()
    await page.getByLabel('Source is any of').fill('nowhere')
    await page.getByRole('checkbox', { name: 'nowhere' }).check()
    await tick(page, 'mail, weekly').uncheck()
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByText('Nothing happened in this range').waitFor()
    await page.getByRole('button', { name: 'Remove the filter by source' }).click()
    await row(page, 'Total 6 4').waitFor()
    await filterBy(page, 'Campaign')
    await page.getByLabel('Campaign is any of').fill('wint')
    await page.getByRole('checkbox', { name: 'Winter' }).check()
    await page.getByLabel('Campaign is any of').fill('spri')
    await page.getByRole('checkbox', { name: 'Spring nothing yet' }).check()
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await row(page, 'Total 3 2').waitFor()
    await page.getByRole('button', { name: 'Campaign Winter, Spring' }).waitFor()
    await visitor.close()
  })

  test('by keyboard alone: asked, gone into, and back', async () => {
    const visitor = await reports.open('?range=LAST_7_DAYS')
    const { page } = visitor
    const press = (...keys: string[]) =>
      keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve())
    await page.getByRole('radio', { name: 'Last 7 days' }).focus()
    await press('ArrowRight')
    await page.waitForURL(/reports$/)
    // A second dimension, put before the first.
    await page.getByRole('button', { name: /^By/ }).focus()
    await press('Enter')
    await tick(page, 'Campaign').waitFor()
    // Past the order, tick by tick.
    const focused = () => page.evaluate<string>('document.activeElement.parentElement.innerText')
    for (let tabs = 0; tabs < 30 && (await focused()).trim() !== 'Source'; tabs += 1) await press('Tab')
    await press('Space')
    await page.waitForURL(/groupBy=CAMPAIGN,SOURCE/)
    await page.getByRole('button', { name: 'Campaign down' }).focus()
    await press('Enter')
    await page.waitForURL(/groupBy=SOURCE,CAMPAIGN/)
    await page.getByRole('button', { name: 'Campaign down' }).and(page.locator(':focus')).waitFor()
    await press('Escape')
    await page.getByRole('button', { name: /^By/ }).and(page.locator(':focus')).waitFor()
    await row(page, 'old Campaign 2 1').getByRole('link', { name: 'old' }).focus()
    await press('Enter')
    await row(page, /^Campaign 2 1/).waitFor()
    await page.locator(':focus').filter({ hasText: 'Source old' }).waitFor()
    await press('Shift+Tab', 'Enter')
    await row(page, 'old Campaign 2 1').waitFor()
    await visitor.close()
  })

  testLooks(
    (look) =>
      reports.open(
        `?range=LAST_7_DAYS&groupBy=SOURCE&compare=true&campaignIds=${reports.winterId}&nonsense=1`,
        'ADMIN',
        look,
      ),
    async ({ page }, inspect, { width }) => {
      if (width === 375) await page.getByText('Question:').click()
      await page.getByRole('button', { name: 'Campaign Winter' }).waitFor()
      await inspect('reports')
      await page.getByRole('button', { name: /^By/ }).click()
      await tick(page, 'Campaign').check()
      await page.getByRole('button', { name: 'Campaign up' }).waitFor()
      await inspect()
      await page.keyboard.press('Escape')
      await filterBy(page, 'Source')
      await page.getByRole('checkbox', { name: 'blog' }).waitFor()
      await inspect('reports-filter')
      await page.keyboard.press('Escape')
      await page.getByRole('radio', { name: 'Dates' }).check()
      await row(page, /^blog/).getByRole('link', { name: 'blog' }).click()
      await way(page).waitFor()
      await inspect()
    },
  )
})

const flat = (text: string) => text.split(/\s+/).join(' ')
