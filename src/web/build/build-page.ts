import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { builtFolder, builtOf, generatedFolder, pageFolder, project } from './places.ts'

/**
 * Builds the page into `dist/web`, unless it was built of just these files: every start asks, and most have nothing to
 * build. By content and not by time, because a checkout changes times and a branch changes content.
 */
const inputs = [
  ...globSync('**/*', { cwd: pageFolder, exclude: ['generated'] }).map((file) => join(pageFolder, file)),
  ...['schema.graphql', 'package-lock.json'].map((file) => join(project, file)),
].filter((file) => statSync(file).isFile())

const sum = createHash('sha256')
for (const file of inputs.sort()) sum.update(`\n${file}\n`).update(readFileSync(file))
const inputsNow = sum.digest('hex')

const isThere = [join(builtFolder, 'index.html'), generatedFolder, builtOf].every((place) => existsSync(place))
if (!isThere || readFileSync(builtOf, 'utf8') !== inputsNow) {
  // Only now, because loading the bundler takes longer than all of the above.
  const { bundlePage } = await import('./bundle-page.ts')
  await bundlePage()
  writeFileSync(builtOf, inputsNow)
}
