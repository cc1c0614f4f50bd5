import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Where `npm run build` leaves the page: beside this file's folder. */
const builtPage = fileURLToPath(new URL('../web/', import.meta.url))
const nonceInPage = /NONCE_OF_THIS_ANSWER/g
const yearMs = 365 * 86_400_000

interface Document {
  readonly file: string
  readonly policy: (nonce: string) => readonly string[]
}

const nothingElse = [`script-src 'self'`, `connect-src 'self'`, `base-uri 'none'`, `form-action 'none'`]

/** Nothing but what comes from here, and styles that carry the answer's own nonce. */
const page: Document = {
  file: 'index.html',
  policy: (nonce) => [
    `default-src 'none'`,
    ...nothingElse,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `frame-src 'self'`,
    `frame-ancestors 'none'`,
  ],
}

/** The explorer's editor, in a frame of the page's: it writes styles as it goes, and reads queries in workers. */
const editor: Document = {
  file: 'explorer/editor/editor.html',
  policy: () => [
    `default-src 'none'`,
    ...nothingElse,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `worker-src 'self'`,
    `frame-ancestors 'self'`,
  ],
}

/**
 * The page: `/` and whatever else a browser asks for that is no part of the API, because the page has addresses of its
 * own. Files with a hash in their name never change; the document that names them is asked for each time. To be called
 * before the API's routes are added, so that it knows what is theirs.
 */
export async function servePage(server: FastifyInstance, folder: string = builtPage): Promise<void> {
  const answer =
    ({ file, policy }: Document) =>
    async (_request: FastifyRequest, reply: FastifyReply) => {
      // Each time anew: a page that was built again is served at once, and it is a kilobyte.
      const text = await readFile(`${folder}/${file}`, 'utf8').catch(() => null)
      reply.header('cache-control', 'no-cache').header('x-content-type-options', 'nosniff')
      if (text === null) {
        return reply.code(503).type('text/plain; charset=utf-8').send('The page is not built: run `npm run build`.\n')
      }
      const nonce = randomBytes(16).toString('base64url')
      return reply
        .header('content-security-policy', policy(nonce).join('; '))
        .header('referrer-policy', 'no-referrer')
        .header('cross-origin-opener-policy', 'same-origin')
        .type('text/html; charset=utf-8')
        .send(text.replace(nonceInPage, nonce))
    }
  const answerPage = answer(page)
  server.route({ method: ['GET', 'HEAD'], url: '/', handler: answerPage })
  server.route({ method: ['GET', 'HEAD'], url: `/${editor.file}`, handler: answer(editor) })

  const apiNames = new Set<string>(['assets'])
  server.addHook('onRoute', ({ url }) => void apiNames.add(firstName(url)))

  await server.register(fastifyStatic, {
    root: `${folder}/assets`,
    prefix: '/assets/',
    maxAge: yearMs,
    immutable: true,
    preCompressed: true,
    index: false,
    decorateReply: false,
    dotfiles: 'ignore',
    setHeaders: (reply) => void reply.header('x-content-type-options', 'nosniff'),
  })

  server.setNotFoundHandler((request, reply) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const wantsPage = isRead && (request.headers.accept ?? '').includes('text/html')
    if (wantsPage && !apiNames.has(firstName(request.url))) return answerPage(request, reply)
    // Not what was asked for: a token may be in it, and answers are kept in others' logs.
    return reply.code(404).send({ message: 'There is nothing at this address.', error: 'Not Found', statusCode: 404 })
  })
}

/** `export` of `/export/clicks?format=csv`, and `` of `/`. */
const firstName = (url: string) => /^\/([^/?#]*)/.exec(url)?.[1] ?? ''
