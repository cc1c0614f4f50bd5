import { mkdirSync, writeFileSync } from 'node:fs'
import { checkAudit, runAudit } from './audit.js'
import { checkBill, makeBill } from './bill.js'
import { checks } from './checks.js'
import { readFiles } from './files.js'

/** All that is checked of where our packages come from; writes their bill to `dist/sbom.cdx.json`. */
const say = (line: string) => void process.stdout.write(`${line}\n`)
const files = readFiles()
let wrong = 0

function tell(what: string, problems: readonly string[]): void {
  say(`${problems.length === 0 ? 'ok  ' : 'WRONG'} ${what}`)
  for (const problem of problems) say(`      ${problem}`)
  wrong += problems.length
}

for (const [what, check] of Object.entries(checks)) tell(what, check(files))
const { text, bill } = makeBill()
tell(`the bill of materials has all ${bill.components.length} packages, and no others`, checkBill(bill, files.lock))
const folder = new URL('../../', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('sbom.cdx.json', folder), text)

const audit = runAudit()
const advisories = checkAudit(audit, files.rules)
if (advisories === null)
  say(
    `NOT CHECKED: known holes. The registry gives no audit: ${audit.message?.split(' - ')[0] ?? audit.error?.summary ?? ''}`,
  )
else tell('no known hole that is not explained', advisories)
process.exitCode = wrong === 0 ? 0 : 1
