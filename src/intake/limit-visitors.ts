import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Clock } from '../kernel/clock.js'
import { retryAfter } from './answer-postback.js'
import type { IntakeLimits } from './intake-limits.js'
import { addressKey } from './rate-limit.js'
import { readAddress } from './read-address.js'
import { createSampledLog, type IntakeLog } from './sampled-log.js'

/** What visitors' browsers send is limited by where it comes from. */
export interface VisitorLimitDeps {
  readonly limits: Pick<IntakeLimits, 'clicks' | 'refused'>
  readonly clock: Clock
  readonly log: IntakeLog
}

/** How long an address has to wait that sends too much, in ms; 0 where it may send. */
export function createVisitorLimit({ limits, clock, log }: VisitorLimitDeps): (request: FastifyRequest) => number {
  const sampled = createSampledLog(log, clock)
  return (request) => {
    const ip = readAddress(request.ip)
    const waitMs = limits.clicks.takeMs(addressKey(ip))
    if (waitMs > 0) {
      limits.refused.clicks++
      sampled({ requestId: request.id, ip, httpStatus: 429, limit: 'clicks' }, 'too many clicks')
    }
    return waitMs
  }
}

/** Refuses clicks beyond the limit before anything else of them is read. */
export function limitClicks(instance: FastifyInstance, deps: VisitorLimitDeps): void {
  const waitMsOf = createVisitorLimit(deps)
  instance.addHook('onRequest', (request, reply, next) => {
    const waitMs = waitMsOf(request)
    if (waitMs === 0) return next()
    reply.code(429).header('retry-after', retryAfter(waitMs)).header('cache-control', 'no-store')
    reply.send({ error: 'RATE_LIMITED: too many clicks come from this address' })
  })
}
