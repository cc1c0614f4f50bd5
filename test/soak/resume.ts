import { parseArgs } from 'node:util'
import { runResume } from './run-resume.js'
import { soak } from './soak.js'

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

await soak(options, async (server, say) => {
  const { changes, problems } = await runResume(server, { ...options, say })
  const isWell = problems.length === 0
  return {
    problems,
    verdict: isWell ? `All saw what they should of ${changes} changes.` : `${problems.length} problems`,
  }
})
