import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startEmbeddedDatabase } from '../../src/database/embedded/start.js'
import { endStuckFiles } from './stuck-files.js'

/**
 * Runs the tests with one real PostgreSQL for all of them, in a folder that is gone afterwards; each test file makes a
 * database of its own on it. Arguments narrow it down: `npm run test:only -- ledger` runs what has "ledger" in its path.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const wanted = process.argv.slice(2)
const files = globSync('**/*.test.js', { cwd: root })
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort()
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

const child = spawn(
  process.execPath,
  [
    '--enable-source-maps',
    `--import=${new URL('./leave-quickly.js', import.meta.url)}`,
    '--test',
    '--test-concurrency=2',
    '--test-timeout=300000',
    ...files.map((file) => join(root, file)),
  ],
  { stdio: 'inherit', env: { ...process.env, TEST_DATABASE_URL: url } },
)
// Later than any test of the file has to end by itself.
const stuck = endStuckFiles(child.pid ?? 0, 400_000, log)
const code = await new Promise<number>((resolve) => child.on('exit', (exit) => resolve(exit ?? 1)))
// Said once more at the end, where it is looked for.
for (const told of stuck.stop()) log(told)
await database.stop()
await rm(folder, { recursive: true, force: true })
process.exit(code)
