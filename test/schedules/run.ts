import { parseArgs } from 'node:util'
import { explore, type Schedule, tell } from './explore.js'
import { runLiveSchedule } from './live/schedule.js'
import { runMutants } from './run-mutants.js'
import { runWriterSchedule } from './writer/schedule.js'

/**
 * `npm run schedules -- --runs 200000 --seed 7`: so many schedules of each suite; `--suite writer` of one of them. The exit
 * code says whether all went well. `--mutants` runs them on programs that have something wrong, each of which must be found.
 */
const suites: Readonly<Record<string, Schedule>> = { writer: runWriterSchedule, live: runLiveSchedule }
const { values } = parseArgs({
  options: {
    runs: { type: 'string' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 31)) },
    suite: { type: 'string' },
    mutants: { type: 'boolean', default: false },
    'as-found': { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)

if (values.mutants) {
  const unnoticed = await runMutants(Number(values.runs ?? 40_000), seed, values.suite)
  for (const name of unnoticed) console.log(`not found: ${name}`)
  process.exitCode = unnoticed.length === 0 ? 0 : 1
} else {
  for (const [name, schedule] of Object.entries(suites)) {
    if (values.suite !== undefined && values.suite !== name) continue
    const { runs, events, seconds, finding } = await explore(schedule, Number(values.runs ?? 20_000), seed, {
      shortens: !values['as-found'],
    })
    const rate = Math.round(runs / seconds)
    console.log(
      `${name}: ${runs} schedules from seed ${seed}, ${events} events, ${seconds.toFixed(1)} s, ${rate} a second`,
    )
    if (finding === null) continue
    console.log(tell(finding))
    process.exitCode = 1
  }
}
