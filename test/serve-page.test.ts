import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import Fastify, { type FastifyInstance } from 'fastify'
import { servePage } from '../src/serve-page.js'

const page =
  '<!doctype html><meta nonce="NONCE_OF_THIS_ANSWER"><script nonce="NONCE_OF_THIS_ANSWER" src="/assets/a.js"></script>'
const asBrowser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

async function openServer(folder: string): Promise<FastifyInstance> {
  const server = Fastify({ exposeHeadRoutes: false })
  await servePage(server, folder)
  server.get('/export/clicks', () => 'clicks')
  server.get('/c/:link', () => 'a link')
  await server.ready()
  return server
}

suite('the page’s files', () => {
  let folder: string
  let server: FastifyInstance
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pulseback-page-'))
    const assets = join(folder, 'assets')
    await mkdir(assets)
    await writeFile(join(folder, 'index.html'), page)
    await writeFile(join(folder, 'secret.txt'), 'hidden words')
    await writeFile(join(assets, 'a-1.js'), 'plain')
    await writeFile(join(assets, 'a-1.js.br'), 'brotli')
    await writeFile(join(assets, 'a-1.js.gz'), 'gzip')
    server = await openServer(folder)
  })
  after(async () => {
    await server.close()
    await rm(folder, { recursive: true })
  })

  const get = (url: string, headers: Record<string, string> = asBrowser) => server.inject({ url, headers })

  test('the document is asked for each time, and lets in nothing but what comes from here', async () => {
    const { statusCode, headers, body } = await get('/')
    assert.equal(statusCode, 200)
    assert.equal(headers['content-type'], 'text/html; charset=utf-8')
    assert.equal(headers['cache-control'], 'no-cache')
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.equal(headers['referrer-policy'], 'no-referrer')
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
    const [nonce] = /(?<=<meta nonce=")[\w-]{22}(?=")/.exec(body) ?? []
    assert.ok(nonce)
    assert.equal(body, page.replaceAll('NONCE_OF_THIS_ANSWER', nonce))
    assert.equal(
      headers['content-security-policy'],
      `default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; ` +
        `style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; font-src 'self'; frame-src 'self'; frame-ancestors 'none'`,
    )
  })

  test('each answer has a nonce of its own', async () => {
    const [one, other] = [await get('/'), await get('/')]
    assert.notEqual(one.body, other.body)
    assert.notEqual(one.headers['content-security-policy'], other.headers['content-security-policy'])
  })

  test('the page’s own addresses are answered with the document, to those who take one', async () => {
    for (const url of ['/campaigns', '/campaigns/cmp_1?a=b', '/settings/keys', '/cat', '/exports']) {
      const { statusCode, headers } = await get(url)
      assert.deepEqual([statusCode, headers['content-type']], [200, 'text/html; charset=utf-8'], url)
      assert.equal((await get(url, { accept: 'application/json' })).statusCode, 404, url)
      assert.equal((await get(url, {})).statusCode, 404, url)
    }
  })

  test('what is no part of the API but stands below it stays a 404 in JSON', async () => {
    for (const url of ['/export/nothing', '/export?x', '/c/a/b', '/assets/none.js', '/assets']) {
      const { statusCode, headers, body } = await get(url)
      assert.equal(statusCode, 404, url)
      assert.match(String(headers['content-type']), /^application\/json/, url)
      assert.equal(JSON.parse(body).statusCode, 404)
    }
    assert.equal((await server.inject({ method: 'POST', url: '/campaigns', headers: asBrowser })).statusCode, 404)
  })

  test('HEAD answers as GET does, without a body', async () => {
    for (const url of ['/', '/campaigns', '/assets/a-1.js']) {
      const head = await server.inject({ method: 'HEAD', url, headers: asBrowser })
      const { statusCode, headers } = await get(url)
      assert.equal(head.statusCode, statusCode)
      assert.equal(head.body, '')
      assert.equal(head.headers['content-type'], headers['content-type'])
      assert.equal(head.headers['content-length'], headers['content-length'])
    }
  })

  test('files with a hash in their name never change, and come compressed as the browser likes it', async () => {
    const forms: [string, string | undefined, string][] = [
      ['gzip, deflate, br, zstd', 'br', 'brotli'],
      ['gzip', 'gzip', 'gzip'],
      ['identity', undefined, 'plain'],
    ]
    for (const [accepted, encoding, body] of forms) {
      const answer = await get('/assets/a-1.js', { 'accept-encoding': accepted })
      assert.equal(answer.statusCode, 200)
      assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable')
      assert.equal(answer.headers['x-content-type-options'], 'nosniff')
      assert.match(String(answer.headers['content-type']), /javascript/)
      assert.match(String(answer.headers.vary), /accept-encoding/i)
      assert.deepEqual([answer.headers['content-encoding'], answer.body], [encoding, body])
    }
  })

  test('nothing outside the page’s files can be had', async () => {
    const ways = [
      '/assets/../secret.txt',
      '/assets/%2e%2e/secret.txt',
      '/assets/..%2fsecret.txt',
      '/assets/..\\secret.txt',
    ]
    for (const url of [...ways, '/assets/%2e%2e%2f%2e%2e%2fetc/passwd', '/assets//etc/passwd', '/secret.txt']) {
      const { body } = await get(url)
      assert.doesNotMatch(body, /hidden words|root:/, url)
    }
  })

  test('a page that is built again is served without a restart', async () => {
    await writeFile(join(folder, 'index.html'), 'newer')
    assert.equal((await get('/')).body, 'newer')
    await writeFile(join(folder, 'index.html'), page)
  })
})

test('a server without its page says how to get it', async () => {
  const server = await openServer(join(tmpdir(), 'pulseback-no-such-page'))
  const { statusCode, headers, body } = await server.inject({ url: '/', headers: asBrowser })
  assert.equal(statusCode, 503)
  assert.equal(headers['content-type'], 'text/plain; charset=utf-8')
  assert.match(body, /npm run build/)
  await server.close()
})
