import { Counter, Histogram, type Registry } from 'prom-client'
import type { OnOperation } from '../graph/watch-operations.js'
import type { OnBatch } from '../ledger/batch-run.js'

/** What is measured as it happens: by the batch, by the GraphQL operation, by the error; never by the postback. */
export interface WorkMeasures {
  readonly onBatch: OnBatch
  readonly onOperation: OnOperation
  /** `doing` is what the log says of it. */
  onError(doing: string): void
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const entries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

export function measureWork(registry: Registry): WorkMeasures {
  const registers = [registry]
  const batchEntries = new Histogram({
    name: 'pulseback_ledger_batch_entries',
    help: 'Clicks, postbacks and changes of status in each batch that was committed',
    buckets: entries,
    registers,
  })
  const batchSeconds = new Histogram({
    name: 'pulseback_ledger_batch_seconds',
    help: 'How long batches took: prepare reads and decides, commit writes; wait is that of the oldest entry before',
    labelNames: ['phase'],
    buckets: seconds,
    registers,
  })
  const failures = new Counter({
    name: 'pulseback_ledger_batch_failures_total',
    help: 'Batches that were not committed at the first try, by why',
    labelNames: ['reason'],
    registers,
  })
  const operations = new Histogram({
    name: 'pulseback_graphql_operation_seconds',
    help: 'How long GraphQL operations took until they were answered; of subscriptions, until they began',
    labelNames: ['kind'],
    buckets: seconds,
    registers,
  })
  const graphqlErrors = new Counter({
    name: 'pulseback_graphql_errors_total',
    help: 'Errors in answers to GraphQL operations, by code',
    labelNames: ['code'],
    registers,
  })
  const errors = new Counter({
    name: 'pulseback_errors_total',
    help: 'Errors of our own that were logged, by what was being done',
    labelNames: ['doing'],
    registers,
  })
  return {
    onBatch({ entries: { length }, arrivedAtMs, startedAtMs, preparedAtMs, endedAtMs, failure }) {
      if (failure !== null || preparedAtMs === null) {
        failures.inc({ reason: failure ?? 'DATABASE' })
        return undefined
      }
      batchEntries.observe(length)
      batchSeconds.observe({ phase: 'wait' }, Math.max(0, startedAtMs - arrivedAtMs) / 1000)
      batchSeconds.observe({ phase: 'prepare' }, (preparedAtMs - startedAtMs) / 1000)
      batchSeconds.observe({ phase: 'commit' }, (endedAtMs - preparedAtMs) / 1000)
    },
    onOperation({ kind, tookMs, errors: found }) {
      operations.observe({ kind }, tookMs / 1000)
      for (const { extensions } of found) graphqlErrors.inc({ code: String(extensions?.code) })
    },
    onError: (doing) => errors.inc({ doing }),
  }
}
