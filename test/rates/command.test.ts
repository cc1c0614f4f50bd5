import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../support/app.js'
import { type StartedServer, startServer } from '../support/server.js'
import { type SheetDays, xmlSheet } from './sheets.js'

const program = fileURLToPath(new URL('../../src/load-rates.js', import.meta.url))

/** Rates of today and the day before, as a clock of the program's own goes by the day it is run. */
function recentDays(): SheetDays {
  const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10)
  return [
    [day(0), { USD: '1.0567', JPY: '163.05' }],
    [day(1), { USD: '1.0562', JPY: '163.46' }],
  ]
}

suite('npm run rates', { timeout: 280_000 }, () => {
  let dataDir: string
  let file: string
  let server: StartedServer
  const days = recentDays()
  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'pulseback-rates-'))
    file = join(dataDir, 'rates.xml')
    await writeFile(file, xmlSheet(days))
    server = await startServer(dataDir, { CURRENCY_RATES: file })
  })
  after(async () => {
    await server?.stop('SIGTERM')
    await rm(dataDir, { recursive: true, force: true })
  })

  async function run(...given: string[]) {
    const { PATH, HOME } = process.env
    const child = spawn(process.execPath, [program, ...given], { env: { PATH, HOME, DATA_DIR: dataDir } })
    const [said, complained, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
    return { said, complained, code: code as number | null }
  }
  const shown = async () => {
    type Listed = { currencyRates: { nodes: { currency: string; day: string; rate: string }[] } }
    const { currencyRates } = await server.ask<Listed>('{ currencyRates { nodes { currency day rate } } }')
    return currencyRates.nodes.map(({ currency, day, rate }) => `${day} ${currency} ${rate}`)
  }

  test('beside a server, which has loaded its own at the start, says what is new to it', async () => {
    const [today, yesterday] = days.map(([day]) => day)
    await until(async () => (await shown()).length > 0, 'the rates that the server loads')
    // A first workspace is in dollars.
    const loaded = [
      `${today} EUR 1.0567`,
      `${today} JPY 0.00648083409996933`,
      `${yesterday} EUR 1.0562`,
      `${yesterday} JPY 0.00646151963783189`,
    ]
    assert.deepEqual(await shown(), loaded)

    const again = await run(file)
    assert.deepEqual([again.code, again.complained], [0, ''])
    const whose = /^My workspace \(wsp_[0-9a-z]{26}, USD\): /
    assert.match(again.said, whose)
    const counts = `0 new, 0 changed, 4 unchanged, 0 kept as set by hand; ${yesterday} to ${today}\n`
    assert.equal(again.said.replace(whose, ''), counts)

    const other = join(dataDir, 'rates.csv')
    await writeFile(other, `Date,USD,JPY,CHF,\n${today},1.06,163.05,0.93,\n`)
    const changed = await run(other)
    assert.equal(
      changed.said.replace(whose, ''),
      `1 new, 2 changed, 0 unchanged, 0 kept as set by hand; ${today} to ${today}\n`,
    )
    assert.ok((await shown()).includes(`${today} EUR 1.06`))
  })

  test('says what is wrong, and changes nothing', async () => {
    const before = await shown()
    const bad = join(dataDir, 'bad.xml')
    await writeFile(bad, xmlSheet([['2026-02-30', { USD: '1' }]]))
    for (const [given, message] of [
      [[bad], /^No rates could be loaded from .*bad\.xml: "2026-02-30" is no day\n$/],
      [[join(dataDir, 'absent.xml')], /ENOENT/],
      [['http://rates.example/daily.xml'], /it must be a file or an https URL/],
      [[], /Say where the rates are: npm run rates -- FILE or URL; or set CURRENCY_RATES/],
      [[file, file], /Say where the rates are/],
    ] as const) {
      const { said, complained, code } = await run(...given)
      assert.deepEqual([said, code], ['', 1])
      assert.match(complained, message)
    }
    assert.deepEqual(await shown(), before)
  })

  test('without a server, starts the database for as long as it takes', async () => {
    await server.stop('SIGTERM')
    for (const _ of [1, 2]) {
      const { said, complained, code } = await run(file)
      assert.deepEqual([complained, code], ['', 0])
      assert.match(said, /^My workspace \(wsp_[0-9a-z]{26}, USD\): 0 new, /m)
    }
  })
})
