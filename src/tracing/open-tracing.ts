import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Span } from '@opentelemetry/api'
import { setGlobalErrorHandler } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base'
import type { FastifyInstance } from 'fastify'
import type { OnBatch } from '../ledger/batch-run.js'
import type { LiveCounts } from '../live/waiting-room.js'
import type { WatchLive } from '../live/watch-live.js'
import { traceBatches } from './trace-batches.js'
import { traceLive } from './trace-live.js'
import { traceRequests } from './trace-requests.js'

/**
 * Follows a postback from its request over the batch that booked it to those who were shown it. Imported only where
 * traces are asked for: without, none of this, and nothing of OpenTelemetry's, is loaded.
 */
export interface Tracing {
  traceRequests(server: FastifyInstance): void
  readonly onBatch: OnBatch
  readonly watchLive: (counts: LiveCounts) => WatchLive
  /** Sends what was not sent yet. */
  close(): Promise<void>
}

export interface TracingOptions {
  /** Where spans are sent, as OTLP over HTTP. */
  readonly url: string
  readonly serviceName: string
  readonly version: string
  readonly onError: (error: unknown) => void
}

/** A batch's links to all of its requests. */
const maxLinks = 1_024
const exportTimeoutMs = 5_000
const closeMs = 2_000

/** What else `OTEL_` variables say, of samplers, headers and batches, the library reads by itself. */
export function openTracing({ url, serviceName, version, onError }: TracingOptions): Tracing {
  // The library has but one for the process.
  setGlobalErrorHandler(onError)
  const provider = new BasicTracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({
        'service.name': serviceName,
        'service.version': version,
        'service.instance.id': randomUUID(),
      }),
    ),
    spanLimits: { linkCountLimit: maxLinks },
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url, timeoutMillis: exportTimeoutMs }))],
  })
  const tracer = provider.getTracer('pulseback', version)
  /** Of requests that are being answered, by their ids. */
  const requests = new Map<string, Span>()
  return {
    traceRequests: (server) => traceRequests(server, tracer, requests),
    onBatch: traceBatches(tracer, requests),
    watchLive: (counts) => traceLive(tracer, counts),
    // A collector that is away holds up no stop.
    close: () => Promise.race([provider.shutdown(), sleep(closeMs, undefined, { ref: false })]),
  }
}
