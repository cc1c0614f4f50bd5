import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createTestApp, type TestApp } from '../support/app.js'
import { createCatalogMaker } from '../support/catalog.js'

const doc = fileURLToPath(new URL('../../../docs/INTAKE.md', import.meta.url))
const missing = ['bash', 'curl', 'openssl'].filter((tool) => spawnSync(tool, ['version']).error !== undefined)

suite('the examples of signing, pasted to the letter', {
  skip: missing.length > 0 && `no ${missing.join(', ')}`,
}, () => {
  let app: TestApp
  let env: Record<string, string | undefined>
  let clickId: string
  before(async () => {
    app = await createTestApp({ startMs: Date.now() })
    const make = createCatalogMaker(app)
    const ADVERTISER = await make.advertiser()
    const link = await make.link(await make.campaign(ADVERTISER), await make.affiliate())
    const made = await app.get<{ made: { secret: string } }>(
      app.adminKey,
      `mutation ($id: ID!) { made: rotateSigningKey(id: $id) { secret } }`,
      { id: ADVERTISER },
    )
    env = { PATH: process.env.PATH, ADVERTISER, SECRET: made.made.secret }
    clickId = /clk_\w+/.exec(String((await app.server.inject({ url: `/c/${link}` })).headers.location))?.[0] ?? ''
  })
  after(() => app.close())

  const examples: [language: string, command: string, args: string[]][] = [
    ['sh', 'bash', ['-c']],
    ['js', process.execPath, ['--input-type=module', '-e']],
  ]
  for (const [language, command, args] of examples) {
    test(`is accepted as ${language}`, async () => {
      const section = (await readFile(doc, 'utf8')).split('## Signed postbacks')[1] ?? ''
      const block = section.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? ''
      const script = block.replaceAll('https://track.example.com', app.url).replaceAll('clk_…', clickId)
      // Not spawnSync: the server is in this process.
      const child = spawn(command, [...args, script], { env, stdio: ['ignore', 'pipe', 'pipe'] })
      const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
      assert.match(out, /outcome['"]?: ?['"]ACCEPTED/, out + errors)
    })
  }
})
