import { type Span, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import type { OnBatch } from '../ledger/batch-run.js'
import type { BatchEntry } from '../ledger/wanted-by.js'
import { inside, writeTraceparent } from './traceparent.js'

/**
 * A batch belongs to many requests, and a span has one parent: it is the first of them that is recorded, so that a
 * trace that is sampled is whole; to all of them it has links, and each of them has one to it.
 */
export function traceBatches(tracer: Tracer, requests: ReadonlyMap<string, Span>): OnBatch {
  return ({ entries, startedAtMs, preparedAtMs, endedAtMs, failure }) => {
    const recorded = new Set(entries.flatMap((entry) => requestOf(entry, requests) ?? []))
    const [first] = recorded
    if (first === undefined) return undefined
    const batch = tracer.startSpan(
      'ledger batch',
      {
        startTime: startedAtMs,
        attributes: { 'pulseback.entries': entries.length },
        links: [...recorded].map((span) => ({ context: span.spanContext() })),
      },
      inside(first),
    )
    for (const span of recorded) span.addLink({ context: batch.spanContext() })
    tracer.startSpan('ledger prepare', { startTime: startedAtMs }, inside(batch)).end(preparedAtMs ?? endedAtMs)
    const commit =
      preparedAtMs === null ? null : tracer.startSpan('ledger commit', { startTime: preparedAtMs }, inside(batch))
    if (failure !== null)
      for (const span of [batch, commit]) span?.setStatus({ code: SpanStatusCode.ERROR, message: failure })
    commit?.end(endedAtMs)
    batch.end(endedAtMs)
    return failure === null && commit !== null ? writeTraceparent(commit) : undefined
  }
}

function requestOf({ entry }: BatchEntry, requests: ReadonlyMap<string, Span>): Span | null {
  if (entry.kind !== 'postback' && entry.kind !== 'refusal') return null
  const span = requests.get(entry.receipt.requestId ?? '')
  return span?.isRecording() ? span : null
}
