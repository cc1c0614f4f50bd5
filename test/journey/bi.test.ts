import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { parse } from 'csv-parse/sync'
import { type LiveShop, openShop } from '../live/shop.js'
import { createReaders, type Readers } from '../reporting/bi/world.js'
import { createTestApp, type TestApp } from '../support/app.js'

const lacks = (program: string, ...args: string[]) => spawnSync(program, args).status !== 0
const skipShell = ['bash', 'curl', 'jq'].some((tool) => lacks(tool, '--version')) && 'bash, curl or jq is missing'
const python = ['python3', '/usr/bin/python3'].find((program) => !lacks(program, '-c', 'import pandas'))
const skipPython = skipShell || (python === undefined && 'python3 with pandas is missing')

// From dist/test/journey back to the top of the project.
const page = await readFile(fileURLToPath(new URL('../../../docs/BI.md', import.meta.url)), 'utf8')

/** The blocks of a section, and of those below it, in one language. */
function blocks(heading: string, language: string): string[] {
  const depth = heading.indexOf(' ')
  const found: string[] = []
  let isInside = false
  // Text and blocks by turns, so that a comment in a block is not taken for a heading.
  for (const [index, part] of page.split('\n```').entries()) {
    if (index % 2 === 1) {
      if (isInside && part.startsWith(`${language}\n`)) found.push(part.slice(language.length + 1))
      continue
    }
    for (const line of part.split('\n')) {
      if (line === heading) isInside = true
      else if (/^#+ /.test(line) && line.indexOf(' ') <= depth) isInside = false
    }
  }
  return found
}

suite('the recipes of docs/BI.md, pasted to the letter', { timeout: 120_000 }, () => {
  let app: TestApp
  let shop: LiveShop
  let readers: Readers
  let folder: string
  before(async () => {
    app = await createTestApp({ startMs: Date.now() })
    shop = await openShop(app)
    readers = createReaders(app.connection)
    folder = await mkdtemp(join(tmpdir(), 'pulseback-bi-'))
    for (const txid of ['a', 'b', 'c']) await shop.order(txid)
    await shop.post({ txid: 'a', status: 'approved' })
    const rename = 'mutation ($id: ID!) { updateCampaign(id: $id, input: {name: "=Shoes"}) { id } }'
    await app.get(shop.keys.admin, rename, { id: shop.campaignId })
  })
  after(async () => {
    await readers.removeAll()
    await app.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function run(program: string, args: string[]): Promise<string> {
    const env = { PATH: process.env.PATH, URL: app.url, KEY: shop.keys.analyst, ADMIN_KEY: shop.keys.admin }
    const { stdout } = await promisify(execFile)(program, args, { cwd: folder, env, timeout: 60_000 })
    return stdout
  }
  const paste = (script: string) => run('bash', ['-e', '-c', script.replaceAll('http://127.0.0.1:8080', app.url)])

  async function pulled(): Promise<{ kind: string; conversion: { transactionId: string } }[]> {
    const names = (await readdir(join(folder, 'pages'))).sort()
    const texts = await Promise.all(names.map((name) => readFile(join(folder, 'pages', name), 'utf8')))
    return texts.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line))
  }

  test('the key that it asks for reads and does not write', { skip: skipShell }, async () => {
    const [make] = blocks('# Getting at the data', 'sh')
    const key = /pb_analyst_\w+/.exec(await paste(make ?? ''))?.[0]
    assert.ok(key)
    const mutation = 'mutation { createAdvertiser(input: {name: "x"}) { id } }'
    assert.equal((await app.post(key, mutation)).errors?.[0]?.extensions.code, 'FORBIDDEN')
  })

  test('pulling misses nothing and repeats nothing, also after a page was lost', { skip: skipShell }, async () => {
    const [pull] = blocks('## Pull what is new', 'sh')
    assert.equal((await paste(pull ?? '')).trim(), '4')
    await paste('./pull.sh')
    assert.equal((await pulled()).length, 4)
    await shop.order('d')
    await paste('echo half a li > page.part; ./pull.sh')
    await shop.order('e')
    await paste('./pull.sh')
    const kinds = (await pulled()).map(({ kind, conversion }) => `${conversion.transactionId} ${kind}`)
    assert.deepEqual(kinds, ['a CREATED', 'b CREATED', 'c CREATED', 'a APPROVED', 'd CREATED', 'e CREATED'])
    await rm(join(folder, 'pages', '00000003.ndjson'))
    await paste('./pull.sh')
    assert.deepEqual(
      (await pulled()).map(({ kind, conversion }) => `${conversion.transactionId} ${kind}`),
      kinds,
    )
  })

  test('the spreadsheet has the figures, and names that run nothing', { skip: skipShell }, async () => {
    const [report] = blocks('## A spreadsheet', 'sh')
    await paste(report ?? '')
    const rows: Record<string, string>[] = parse(await readFile(join(folder, 'report.csv')), { columns: true })
    assert.equal(rows.length, 1)
    assert.equal(rows[0]?.campaign, "'=Shoes")
    assert.ok(Number(rows[0]?.conversions) >= 3)
    assert.equal(Number(rows[0]?.revenue), Number(rows[0]?.conversions) * 10)
  })

  test('the notebook runs from top to bottom', { skip: skipPython }, async () => {
    await paste(blocks('## Pull what is new', 'sh').join('\n'))
    const said = await run(python ?? '', ['-W', 'error', '-c', blocks('## A notebook', 'python').join('\n')])
    assert.match(said, /=Shoes/)
    assert.match(said, /sale +APPROVED +1/)
  })

  test('every query runs as a reader, tools’ macros in the tools’ own expansions', async () => {
    const reader = await readers.login(await readers.grant(app.workspaceId))
    const queries = blocks('## SQL: a role of its own for each tool', 'sql')
    assert.equal(queries.length, 8)
    let answered = 0
    for (const query of queries) {
      const from = new Date(app.time.nowMs - 3_600_000).toISOString()
      const sql = query
        .replaceAll('$__timeGroupAlias(bucket, $__interval)', 'floor(extract(epoch from bucket)/900)*900 as "time"')
        .replaceAll('$__timeFilter(bucket)', `bucket between '${from}' and '2100-01-01T00:00:00Z'`)
        .replaceAll('[[and campaign_name = {{campaign}}]]', `and campaign_name = '=Shoes'`)
        .replaceAll(':last', '0')
      assert.doesNotMatch(sql, /\$__|\{\{/)
      for (const statement of sql.split(';').filter((each) => each.trim() !== '')) {
        if ((await reader.rows(statement)).length > 0) answered += 1
      }
    }
    // All but the look-up of an id that is another's, and the clicks that nobody made.
    assert.equal(answered, queries.length - 1)
  })
})
