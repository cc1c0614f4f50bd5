import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startServer } from '../support/server.js'
import { runResume } from './run-resume.js'

/** `npm run soak:resume -- --subscribers=100 --seed=7`; the exit code says whether all was well. */
const { values } = parseArgs({
  options: {
    subscribers: { type: 'string', default: '1000' },
    breaks: { type: 'string', default: '100' },
    'every-ms': { type: 'string', default: '4000' },
    rate: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 32)) },
  },
})
const options = {
  subscribers: Number(values.subscribers),
  breaks: Number(values.breaks),
  everyMs: Number(values['every-ms']),
  perSecond: Number(values.rate),
  seed: Number(values.seed),
}
const startedMs = performance.now()
const say = (line: string) => {
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  process.stdout.write(`${String(seconds).padStart(5)} s  ${line}\n`)
}

const dataDir = await mkdtemp(join(tmpdir(), 'pulseback-soak-'))
const server = await startServer(dataDir)
say(`${JSON.stringify(options)}, the server is process ${server.child.pid}`)
try {
  const { changes, problems } = await runResume(server, { ...options, say })
  for (const problem of problems.slice(0, 20)) say(problem)
  say(problems.length === 0 ? `All saw what they should of ${changes} changes.` : `${problems.length} problems`)
  process.exitCode = problems.length === 0 ? 0 : 1
} finally {
  await server.stop('SIGTERM')
  await rm(dataDir, { recursive: true, force: true })
}
