import { parseArgs } from 'node:util'
import { runPage } from './run-page.js'
import { soak } from './soak.js'

/** `npm run soak:page -- --changes=20000`; the exit code says whether the page showed all that was booked. */
const { values } = parseArgs({
  options: {
    changes: { type: 'string', default: '60000' },
    rate: { type: 'string', default: '200' },
    'frames-seconds': { type: 'string', default: '10' },
    'rate-at-most': { type: 'string', default: '2000' },
    seed: { type: 'string', default: String(Math.trunc(Math.random() * 2 ** 32)) },
  },
})
const options = {
  changes: Number(values.changes),
  perSecond: Number(values.rate),
  framesMs: Number(values['frames-seconds']) * 1_000,
  perSecondAtMost: Number(values['rate-at-most']),
  seed: Number(values.seed),
}

await soak(options, async (server, say) => {
  const problems = await runPage(server, { ...options, say })
  const isWell = problems.length === 0
  return {
    problems,
    verdict: isWell ? 'The page showed all that was booked, once, and its memory stayed.' : 'Not as it should be.',
  }
})
