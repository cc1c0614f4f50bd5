import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify'
import { isUnavailable } from '../kernel/errors.js'
import { allowAnyOrigin } from './any-origin.js'
import { isOptedOut, writeClickCookie } from './click-cookie.js'
import { fillDestination, forHeader } from './destination.js'
import type { KeepClick } from './keep-click.js'
import { limitClicks, type VisitorLimitDeps } from './limit-visitors.js'
import { queryOf } from './query-of.js'

export interface ClickRouteDeps extends VisitorLimitDeps {
  readonly keepClick: KeepClick
  /** Whether a click of a clientSide campaign sets the cookie that the pixel finds it by. */
  readonly setsCookie: boolean
}

/**
 * `GET /c/{link}`: keeps the click, then sends the visitor on. The redirect is answered only once the click is
 * committed: a click id that reaches an advertiser is one that a postback can name. HEAD is a bot's click.
 */
export function createClickRoute({ keepClick, setsCookie, ...limited }: ClickRouteDeps): FastifyPluginCallback {
  async function answerClick(request: FastifyRequest<{ Params: { link: string } }>, reply: FastifyReply) {
    reply.header('cache-control', 'no-store')
    const arrived = await keepClick(request, request.params.link, queryOf(request.raw.url))
    if (arrived === null) return reply.code(404).send({ error: 'NOT_FOUND: there is no such link' })
    const { link, click, kept, campaign, affiliateRef } = arrived
    if (kept) {
      if (setsCookie && campaign.clientSide && !isOptedOut(request.headers)) {
        reply.header('set-cookie', writeClickCookie(click.id, campaign.attributionWindowDays))
      }
      const destination = link.destinationUrl ?? campaign.destinationUrl
      return reply.redirect(fillDestination(destination, { ...click, affiliateRef }), 302)
    }
    if (campaign.fallbackUrl !== null) return reply.redirect(forHeader(campaign.fallbackUrl), 302)
    return reply.code(410).send({ error: 'GONE: this offer has ended' })
  }

  return (instance, _options, done) => {
    allowAnyOrigin(instance, { '/c/:link': 'GET, HEAD' })
    limitClicks(instance, limited)
    instance.setErrorHandler((error, request, reply) => {
      if (isUnavailable(error)) {
        return reply.code(503).header('retry-after', '1').send({ error: 'UNAVAILABLE: please try again' })
      }
      request.log.error({ err: error }, 'click failed')
      return reply.code(500).send({ error: 'INTERNAL: please try again' })
    })
    instance.route({ method: ['GET', 'HEAD'], url: '/c/:link', handler: answerClick })
    done()
  }
}
