import type { PerformanceReportType } from '../reporting/performance.type.js'
import { type AskedQuestion, readQuestion } from '../reporting/question.js'
import { readReport } from '../reporting/read-performance.js'
import type { LiveContext } from './context.js'
import { interruptible } from './follow.js'

/** A report, again whenever a figure in it has changed, at most once per `everyMs`. */
export function followReport(
  { scope, cursors, clock, live }: LiveContext,
  asked: AskedQuestion,
  everyMs: number,
): AsyncIterableIterator<PerformanceReportType> {
  const question = readQuestion(asked, scope)
  const { workspaceId } = scope
  return interruptible(async function* (signal) {
    const leave = live.news.follow(workspaceId)
    try {
      let sent = ''
      while (!signal.aborted) {
        const heard = live.news.heard(workspaceId)
        const report = await readReport({ rows: live.rows, scope, cursors, nowMs: clock() }, question)
        const figures = JSON.stringify({ ...report, asOf: null })
        if (figures !== sent) {
          sent = figures
          yield report
        }
        await pause(everyMs, signal)
        await live.news.wait(workspaceId, heard, signal)
      }
    } finally {
      leave()
    }
  })
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
  })
}
