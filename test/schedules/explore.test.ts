import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { must } from './assert.js'
import { explore, type Schedule } from './explore.js'
import { runLiveSchedule } from './live/schedule.js'
import { runWriterSchedule } from './writer/schedule.js'

suite('schedules', { timeout: 240_000 }, () => {
  test('one seed is one schedule, event by event', async () => {
    for (const schedule of [runWriterSchedule, runLiveSchedule]) {
      const traces: string[][] = []
      const twice: Schedule = async (scheduler) => {
        await schedule(scheduler)
        traces.push([...scheduler.trace])
      }
      for (const _ of ['once', 'again']) assert.equal((await explore(twice, 40, 7)).finding, null)
      assert.deepEqual(traces.slice(0, 40), traces.slice(40))
    }
  })

  test('what one finds is told with its seed, and without the steps that it can do without', async () => {
    const schedule: Schedule = async (scheduler) => {
      const street = scheduler.open('street')
      const happened = new Set<string>()
      for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) {
        scheduler.offer(name, street, () => {
          must(name !== 'two' || !happened.has('five'), 'five came before two')
          happened.add(name)
        })
      }
      while (await scheduler.step());
    }
    const { finding } = await explore(schedule, 1_000, 1)
    assert.match(String(finding?.error), /five came before two/)
    assert.ok(finding !== null && finding.trace.length <= 3, finding?.trace.join(', '))
    assert.deepEqual(finding.trace.slice(-2), ['five', 'two'])
  })

  test('time goes by for those who wait for it, whichever way they do', async () => {
    const schedule: Schedule = async (scheduler) => {
      const { setTimeout: sleep } = await import('node:timers/promises')
      const street = scheduler.open('street')
      const began = scheduler.nowMs()
      const woken: string[] = []
      scheduler.as(street, () => {
        setTimeout(() => woken.push('timer'), 2_000)
        void sleep(3_000).then(() => woken.push('promise'))
        setImmediate(() => woken.push('turn'))
        clearTimeout(setTimeout(() => woken.push('nobody'), 10))
      })
      while (await scheduler.step());
      assert.deepEqual(woken.toSorted(), ['promise', 'timer', 'turn'])
      assert.ok(scheduler.nowMs() - began >= 3_000)
      assert.equal(street.pending(), 0)
    }
    assert.equal((await explore(schedule, 20, 1)).finding, null)
  })
})
