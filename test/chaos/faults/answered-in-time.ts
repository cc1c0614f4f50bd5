import type { World } from '../world.js'

/** What a sender must have an answer in, whatever the database does. */
const promisedMs = 5_000

/** Notes the slowest answer, and finds those that a sender would not have waited for. */
export function answeredInTime(world: World): void {
  const answered = world.journal.attempts.filter(({ state }) => state !== 'SENT')
  const slowest = answered.reduce((most, { tookMs }) => Math.max(most, tookMs), 0)
  world.note('slowest answer', `${slowest} ms`)
  for (const { name, tookMs } of answered)
    if (tookMs > promisedMs) world.find('other', `${name} had its answer after ${tookMs} ms`)
}
