import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import type { LinkFinder } from '../catalog/find-link.js'
import type { Clock } from '../kernel/clock.js'
import { CodedError } from '../kernel/errors.js'
import { decodeId, newId } from '../kernel/ids.js'
import type { Ledger } from '../ledger/entries.js'
import { retryAfter } from './answer-postback.js'
import { allowAnyOrigin } from './any-origin.js'
import { fillDestination, forHeader } from './destination.js'
import type { GeoLookup } from './geo-lookup.js'
import type { IntakeLimits } from './intake-limits.js'
import type { NoticeBurst } from './notice-burst.js'
import { queryOf } from './query-of.js'
import { addressKey } from './rate-limit.js'
import { readAddress } from './read-address.js'
import { readClickQuery } from './read-click-query.js'
import { createVisitorReader } from './read-visitor.js'
import { createSampledLog, type IntakeLog } from './sampled-log.js'

export interface ClickRouteDeps {
  readonly ledger: Pick<Ledger, 'keepClick'>
  readonly findLink: LinkFinder
  readonly geo: GeoLookup
  readonly clock: Clock
  readonly visitorSecret: string
  readonly limits: Pick<IntakeLimits, 'clicks' | 'refused'>
  readonly noticeBurst: NoticeBurst
  /** Addresses and user agents are not kept at all. */
  readonly forgetsAddresses: boolean
  readonly log: IntakeLog
}

/**
 * `GET /c/{link}`: keeps the click, then sends the visitor on. The redirect is answered only once the click is
 * committed: a click id that reaches an advertiser is one that a postback can name. HEAD is a bot's click.
 */
export function createClickRoute(deps: ClickRouteDeps): FastifyPluginCallback {
  const { limits, noticeBurst, forgetsAddresses } = deps
  const readVisitor = createVisitorReader(deps)
  const sampled = createSampledLog(deps.log, deps.clock)

  async function answerClick(request: FastifyRequest<{ Params: { link: string } }>, reply: FastifyReply) {
    reply.header('cache-control', 'no-store')
    const linkId = decodeId('lnk', request.params.link)
    const link = linkId === null ? null : await deps.findLink(linkId)
    if (link === null) return reply.code(404).send({ error: 'NOT_FOUND: there is no such link' })

    const atMs = deps.clock()
    const visitor = readVisitor(request, atMs)
    const click = {
      id: newId<'clk'>(atMs),
      workspaceId: link.workspaceId,
      atMs,
      linkId: link.id,
      campaignId: link.campaignId,
      affiliateId: link.affiliateId,
      ...readClickQuery(queryOf(request.raw.url), link),
      ...visitor,
      ...(forgetsAddresses ? { ip: null, userAgent: null } : {}),
      bot: visitor.bot || noticeBurst(visitor.visitor, link.id, atMs),
    }
    const { kept, campaign, affiliateRef } = await deps.ledger.keepClick(click)
    if (kept) {
      const destination = link.destinationUrl ?? campaign.destinationUrl
      return reply.redirect(fillDestination(destination, { ...click, affiliateRef }), 302)
    }
    if (campaign.fallbackUrl !== null) return reply.redirect(forHeader(campaign.fallbackUrl), 302)
    return reply.code(410).send({ error: 'GONE: this offer has ended' })
  }

  return (instance, _options, done) => {
    allowAnyOrigin(instance, '/c/:link', 'GET, HEAD')
    instance.addHook('onRequest', (request, reply, next) => {
      const ip = readAddress(request.ip)
      const waitMs = limits.clicks.takeMs(addressKey(ip))
      if (waitMs === 0) return next()
      limits.refused.clicks++
      sampled({ ip, httpStatus: 429, limit: 'clicks' }, 'too many clicks')
      reply.code(429).header('retry-after', retryAfter(waitMs)).header('cache-control', 'no-store')
      reply.send({ error: 'RATE_LIMITED: too many clicks come from this address' })
    })
    instance.setErrorHandler((error, request, reply) => {
      if (error instanceof CodedError && error.code === 'UNAVAILABLE') {
        return reply.code(503).header('retry-after', '1').send({ error: 'UNAVAILABLE: please try again' })
      }
      request.log.error({ err: error }, 'click failed')
      return reply.code(500).send({ error: 'INTERNAL: please try again' })
    })
    instance.route({ method: ['GET', 'HEAD'], url: '/c/:link', handler: answerClick })
    done()
  }
}
