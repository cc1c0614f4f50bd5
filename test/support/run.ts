import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmbeddedDatabase } from '../../src/database/embedded/start.js'
import { endStuckFiles } from './stuck-files.js'

/**
 * Runs the tests with one real PostgreSQL for all of them, in a folder that is gone afterwards; each test file makes a
 * database of its own on it. Arguments narrow it down: `npm run test:only -- ledger` runs what has "ledger" in its path.
 *
 * With CI set, a few files that failed are run once more, alone: many people wait for that run, and its machine is shared.
 * What failed is told all the same, and at the end once more: it is to be mended.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const wanted = process.argv.slice(2)
const files = globSync('**/*.test.js', { cwd: root })
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort()
  .map((file) => join(root, file))
const log = (line: string) => void process.stderr.write(`${line}\n`)
// Without files, Node would look for some itself.
if (files.length === 0) {
  log(`No test has ${wanted.join(' or ')} in its path.`)
  process.exit(1)
}

const folder = await mkdtemp(join(tmpdir(), 'pulseback-test-'))
// For root, the server runs as another user, who has to get in.
await chmod(folder, 0o755)
const database = await startEmbeddedDatabase({ dataDir: folder, log })
const { host, user, password, port, database: name } = database.connection
const url = `postgres://${user}:${password}@localhost/${name}?host=${encodeURIComponent(host)}&port=${port}`

const failedFile = join(folder, 'failed')
/** Where more fail, it is not chance. */
const mostAgain = process.env.CI === undefined ? 0 : 3

const told: string[] = []
let { code, failed, isAllKnown } = await runFiles(files, 2)
if (isAllKnown && failed.length > 0 && failed.length <= mostAgain) {
  const names = failed.map((file) => relative(root, file)).join(' ')
  log(`\nFailed, and run once more, alone: ${names}\n`)
  const again = await runFiles(failed, 1)
  if (again.code === 0)
    told.push(`UNSTEADY: failed at first, and passed when run alone: ${names}. What went wrong is told above.`)
  code = again.code
}
// Said at the end, where it is looked for.
for (const line of told) log(line)
await database.stop()
await rm(folder, { recursive: true, force: true })
process.exit(code)

/** Gives the exit code, and the files in which something failed; all of them, unless a test is called from another file. */
async function runFiles(paths: readonly string[], concurrency: number) {
  const child = spawn(
    process.execPath,
    [
      '--enable-source-maps',
      `--import=${new URL('./leave-quickly.js', import.meta.url)}`,
      '--test',
      `--test-concurrency=${concurrency}`,
      '--test-timeout=300000',
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${new URL('./failed-files.js', import.meta.url)}`,
      `--test-reporter-destination=${failedFile}`,
      ...paths,
    ],
    { stdio: 'inherit', env: { ...process.env, TEST_DATABASE_URL: url } },
  )
  // Later than any test of the file has to end by itself.
  const stuck = endStuckFiles(child.pid ?? 0, 400_000, log)
  const code = await new Promise<number>((resolve) => child.on('exit', (exit) => resolve(exit ?? 1)))
  told.push(...stuck.stop())
  const named = new Set((await readFile(failedFile, 'utf8')).split('\n').filter((line) => line !== ''))
  const failed = paths.filter((path) => named.has(path) || named.has(sourceOf(path)))
  return { code, failed, isAllKnown: failed.length === named.size }
}

/** As source maps call it. */
function sourceOf(path: string): string {
  return join(root, '..', '..', 'test', relative(root, path)).replace(/js$/, 'ts')
}
