import { suite } from 'node:test'
import { runLiveSchedule } from './live/schedule.js'
import { testSchedules } from './test-schedules.js'

suite('those who follow the ledger, in whatever order things happen', { timeout: 240_000 }, () => {
  testSchedules(
    'get every line that passes once, in order, as it is booked, and in the end all',
    runLiveSchedule,
    6_000,
  )
})
