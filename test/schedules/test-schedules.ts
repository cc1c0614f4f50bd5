import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explore, type Schedule, tell } from './explore.js'

/** Always the same here; `npm run schedules` draws others. */
const seed = 20_261_122

export function testSchedules(promise: string, schedule: Schedule, runs: number): void {
  test(promise, async (context) => {
    const { seconds, events, finding } = await explore(schedule, runs, seed)
    assert.ok(finding === null, finding === null ? '' : tell(finding))
    context.diagnostic(`${runs} schedules from seed ${seed}, ${events} events, ${seconds.toFixed(1)} s`)
  })
}
