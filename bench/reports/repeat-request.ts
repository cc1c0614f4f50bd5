import { writeFile } from 'node:fs/promises'
import { type Failures, runScript } from '../support/wrk.js'
import type { Timing } from '../support/wrk-script.js'
import type { Request } from './ask-report.js'

/** What came of one request, sent over some connections again and again, each as soon as the last was answered. */
export interface Repetition<Reading> {
  readonly requests: number
  readonly perSecond: number
  /** Refused, unanswered, or not as long as the answer is that was checked. */
  readonly failed: boolean
  readonly before: Reading
  readonly after: Reading
}

interface Summary extends Failures {
  readonly requests: number
  readonly bytes: number
  readonly micros: number
}

/**
 * `answerBytes` is how long the answer is: the books do not move, so it is always the same. `read` is asked before and
 * after what is measured.
 */
export async function repeatRequest<Reading>(
  request: Request,
  answerBytes: number,
  connections: number,
  { warmUpSeconds, seconds }: Timing,
  scriptFile: string,
  read: () => Promise<Reading>,
  signal: AbortSignal,
): Promise<Repetition<Reading>> {
  await writeFile(scriptFile, scriptOf(request), { mode: 0o600 })
  const run = (forSeconds: number) => runScript<Summary>(request.url, scriptFile, connections, forSeconds, signal)
  await run(warmUpSeconds)
  const before = await read()
  const { requests, bytes, micros, refused, broken } = await run(seconds)
  const after = await read()
  // Heads come on top of it, and the beginnings of answers that the end cut off.
  const isWhole = requests > 0 && bytes / requests >= answerBytes
  return { requests, perSecond: (requests * 1e6) / micros, failed: refused + broken > 0 || !isWhole, before, after }
}

const scriptOf = ({ headers, body }: Request): string => `
wrk.method = 'POST'
wrk.body = [==[${body}]==]
${Object.entries(headers)
  .map(([name, value]) => `wrk.headers['${name}'] = '${value}'`)
  .join('\n')}
function done(summary)
  local errors = summary.errors
  io.write(string.format('\\n@{"requests":%d,"bytes":%d,"micros":%d,"refused":%d,"broken":%d}\\n',
    summary.requests, summary.bytes, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout))
end
`
