import { createHash } from 'node:crypto'
import type { FastifyPluginCallback } from 'fastify'
import { allowAnyOrigin } from './any-origin.js'
import { scriptText } from './script/script-text.js'

/** `GET /track.js`: the script for advertisers' pages, the same for everybody. */
export function createScriptRoute(): FastifyPluginCallback {
  const text = scriptText()
  const etag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
  return (instance, _options, done) => {
    allowAnyOrigin(instance, { '/track.js': 'GET, HEAD' })
    instance.route({
      method: ['GET', 'HEAD'],
      url: '/track.js',
      handler(request, reply) {
        reply.headers({
          'cache-control': 'public, max-age=3600',
          'cross-origin-resource-policy': 'cross-origin',
          'x-content-type-options': 'nosniff',
          etag,
        })
        const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''))
        if (known.includes(etag)) return reply.code(304).send()
        return reply.type('text/javascript; charset=utf-8').send(text)
      },
    })
    done()
  }
}
