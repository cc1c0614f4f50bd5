import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type Outcome, runResume } from '../soak/run-resume.js'
import { differenceOf } from '../soak/verdict.js'
import { type StartedServer, startServer } from '../support/server.js'

const subscribers = 100
const seed = Math.trunc(Math.random() * 2 ** 32)

/** A tenth of what `npm run soak:resume` does. */
suite('a hundred subscribers whose connections break ten times each', { timeout: 240_000 }, () => {
  let dataDir: string
  let server: StartedServer
  let outcome: Outcome

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'pulseback-resume-'))
    server = await startServer(dataDir)
    outcome = await runResume(server, { subscribers, breaks: 10, everyMs: 1_000, perSecond: 200, seed })
  })
  after(async () => {
    await server?.stop('SIGTERM')
    await rm(dataDir, { recursive: true, force: true })
  })

  test('each sees what the ledger says that passes its filter: nothing missed, nothing repeated, in order', () => {
    assert.deepEqual(outcome.problems, [], `seed ${seed}`)
    assert.ok(outcome.changes > 1_000, `${outcome.changes} changes`)
    assert.equal(outcome.judged.length, subscribers)
    for (const { expected } of outcome.judged) assert.ok(expected.length > 20, `${expected.length} pass a filter`)
  })

  test('the check itself notices one message that is missed, repeated, swapped or of another feed', () => {
    for (const { expected, seen } of outcome.judged) {
      const middle = Math.floor(seen.length / 2)
      const [here = -1, next = -1] = seen.slice(middle)
      const tampered = {
        missed: seen.toSpliced(middle, 1),
        'missed at the end': seen.slice(0, -1),
        repeated: seen.toSpliced(middle, 0, here),
        'repeated late': [...seen, here],
        swapped: seen.toSpliced(middle, 2, next, here),
        'of another feed': seen.toSpliced(middle, 0, -1),
      }
      for (const [how, one] of Object.entries(tampered)) assert.notEqual(differenceOf(expected, one), null, how)
      assert.equal(differenceOf(expected, seen), null)
    }
  })
})
