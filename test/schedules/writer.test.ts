import { suite } from 'node:test'
import { testSchedules } from './test-schedules.js'
import { runWriterSchedule } from './writer/schedule.js'

suite('the writer, in whatever order things happen', { timeout: 240_000 }, () => {
  testSchedules(
    'books what it acknowledged once, answers as the books say, keeps the order, and comes to rest',
    runWriterSchedule,
    14_000,
  )
})
