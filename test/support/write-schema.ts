import { writeFileSync } from 'node:fs'
import { writtenDocs } from './written-docs.js'

for (const [path, text] of Object.entries(writtenDocs)) {
  writeFileSync(new URL(`../../../${path}`, import.meta.url), text)
}
