import type { FastifyInstance } from 'fastify'
import type { Presence } from './database/presence.js'
import type { QueueingLedger } from './spool/queueing-ledger.js'
import type { Spool } from './spool/spool.js'

export interface ProbesDeps {
  readonly spool: Pick<Spool, 'entries' | 'takesMore'>
  readonly ledger: Pick<QueueingLedger, 'isQueueing'>
  readonly presence: Presence
}

/**
 * `/healthz` tells that the process lives, `/readyz` whether it is to be sent traffic. A node that can queue is: what it
 * cannot answer, reports and the like, no other node could either.
 */
export function addProbes(server: FastifyInstance, { spool, ledger, presence }: ProbesDeps): { draining: boolean } {
  const state = { draining: false }
  server.get('/healthz', () => ({ status: 'ok' }))
  server.get('/readyz', async (_request, reply) => {
    if (state.draining) return reply.code(503).send({ status: 'draining' })
    const { isAway } = await presence.doubt()
    if (!isAway && !ledger.isQueueing) return { status: 'ready' }
    if (spool.takesMore) return { status: 'queueing', queued: spool.entries }
    return reply.code(503).send({ status: 'the database is away, and the spool takes nothing more' })
  })
  return state
}
