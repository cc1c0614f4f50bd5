import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import type { Sent } from './mix.js'

/** Requests at a fixed rate, whatever the answers do. */
export interface OpenLoopPlan {
  readonly url: string
  readonly kind: 'postback' | 'click'
  readonly perSecond: number
  /** Sent and checked like the rest, but not in the percentiles. */
  readonly warmUpSeconds: number
  readonly seconds: number
  readonly connections: number
  /** A postback's `token=…&click_id=…`, or a click's path. */
  readonly targets: readonly string[]
  /** Tells this load's orders from another's. */
  readonly run: number
  /** Whether it is to be told when each order was sent and answered. */
  readonly keepsTimes?: boolean
}

/** By the clock that all processes share. */
export interface OrderTimes {
  readonly dueMs: number
  readonly answeredMs: number
}

export interface OpenLoopResult {
  readonly sent: Sent
  /** How many answers had which status. */
  readonly statuses: Readonly<Record<string, number>>
  /** From when a request was due to the end of its answer. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** By how much the generator itself was late; it is part of the above. */
  readonly lateP99Ms: number
  /** By transaction id: the new orders that were measured. */
  readonly times?: Readonly<Record<string, OrderTimes>>
}

/** In a process of its own, so that what the benchmark does meanwhile delays no request. */
export async function runOpenLoop(plan: OpenLoopPlan, planFile: string, signal: AbortSignal): Promise<OpenLoopResult> {
  await writeFile(planFile, JSON.stringify(plan))
  const script = new URL('./open-loop-generator.js', import.meta.url)
  const child = spawn(process.execPath, [script.pathname, planFile], { stdio: ['pipe', 'pipe', 'inherit'], signal })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`the open-loop generator ended with ${code}`)
  const result: OpenLoopResult = JSON.parse(said)
  const { fresh, copies, unknown } = result.sent
  const expected: Record<string, number> =
    plan.kind === 'click' ? { 302: fresh } : { 200: fresh + copies, 202: unknown }
  const { statuses } = result
  if (Object.entries(expected).some(([status, count]) => (statuses[status] ?? 0) !== count)) {
    throw new Error(`${plan.kind}s were answered ${JSON.stringify(statuses)} instead of ${JSON.stringify(expected)}`)
  }
  return result
}
