import type { FastifyPluginCallback } from 'fastify'
import { Gauge, Registry } from 'prom-client'
import type { Presence } from './database/presence.js'
import type { Clock } from './kernel/clock.js'
import type { QueueingLedger } from './spool/queueing-ledger.js'
import type { Spool } from './spool/spool.js'

export interface MetricsDeps {
  readonly spool: Pick<Spool, 'entries' | 'bytes' | 'oldestAtMs'>
  readonly ledger: Pick<QueueingLedger, 'isQueueing'>
  readonly presence: Pick<Presence, 'isAway'>
  readonly clock: Clock
}

/** `GET /metrics` in Prometheus' form. Figures are read when they are asked for, and nothing is counted for them. */
export function metricsRoute(deps: MetricsDeps): FastifyPluginCallback {
  const registry = createRegistry(deps)
  return (instance, _options, done) => {
    instance.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()))
    done()
  }
}

function createRegistry({ spool, ledger, presence, clock }: MetricsDeps): Registry {
  const registry = new Registry()
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read())
      },
    })
  gauge('pulseback_database_away', '1 while the database does not answer', () => Number(presence.isAway))
  gauge('pulseback_queueing', '1 while clicks and postbacks go to the spool', () => Number(ledger.isQueueing))
  gauge('pulseback_spool_entries', 'Clicks and postbacks that wait to be booked', () => spool.entries)
  gauge('pulseback_spool_bytes', 'What they take on the disk', () => spool.bytes)
  gauge('pulseback_spool_oldest_age_seconds', 'How long the oldest of them has waited', () =>
    spool.oldestAtMs === null ? 0 : Math.max(0, clock() - spool.oldestAtMs) / 1000,
  )
  return registry
}
