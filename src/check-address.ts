import type { FastifyError, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify'
import { badInput } from './kernel/errors.js'

/**
 * Refuses a request that is addressed to what is no address: URLs are made of its `host`, or of what a believed proxy
 * says of that, and anyone can write anything there.
 */
export const checkAddress: onRequestHookHandler = (request, _reply, next) => {
  if (URL.canParse(request.url, `${request.protocol}://${request.hostname}/`)) return next()
  next(Object.assign(badInput('The request is addressed to no host.', 'host'), { statusCode: 400 }))
}

/** For an address that is none or too long: it is not said again in the answer, since a token may be in it. */
export function answerUnreadable(
  { statusCode = 500 }: FastifyError,
  _request: FastifyRequest,
  reply: FastifyReply,
): void {
  void reply.code(statusCode).send({ message: 'This address cannot be read.', statusCode })
}
