import type { FastifyPluginCallback } from 'fastify'
import { collectDefaultMetrics, type Registry } from 'prom-client'
import { createMeters } from './meters.js'
import { type Reading, type StateDeps, showState } from './show-state.js'

export interface MetricsDeps extends StateDeps {
  readonly registry: Registry
  /** Reads what has to be waited for; never rejects, and has its own time limit. */
  readonly read: () => Promise<Reading>
}

/** `GET /metrics` in Prometheus' form. Nearly all figures are read when they are asked for. */
export function metricsRoute({ registry, read, ...state }: MetricsDeps): FastifyPluginCallback {
  let latest: Reading = { pools: [], progress: null }
  let reading: Promise<Reading> | null = null
  showState(createMeters(registry), state, () => latest)
  collectDefaultMetrics({ register: registry })
  return (instance, _options, done) => {
    instance.get('/metrics', async (_request, reply) => {
      // However many ask, the database is asked once.
      reading ??= read().finally(() => {
        reading = null
      })
      latest = await reading
      return reply.type(registry.contentType).send(await registry.metrics())
    })
    done()
  }
}
