import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { readConfig } from '../../src/config.js'
import { nameSource, readSource } from '../../src/rates/read-source.js'
import { serve } from './source-server.js'

const limits = { maxBytes: 1_000, timeoutMs: 10_000 }

suite('where rates are read from', () => {
  let folder: string
  let server: Awaited<ReturnType<typeof serve>>
  const asked: string[] = []
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pulseback-rates-'))
    server = await serve((request, response) => {
      asked.push(request.url ?? '')
      const text = 'x'.repeat(900)
      if (request.url === '/rates') response.end(text)
      else if (request.url === '/long') response.end(text + text)
      else if (request.url === '/packed') {
        // Little on the way, and a million once unpacked.
        response.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(1_000_000, 'x')))
      } else if (request.url === '/endless') {
        response.write('x')
      } else if (request.url === '/moved') response.writeHead(302, { location: `${server.url}/rates` }).end()
      else if (request.url === '/binary') response.end(Buffer.from([0xff, 0xfe, 0x00]))
      else response.writeHead(503).end()
    })
  })
  after(async () => {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('is a file, an https URL, or http on this machine', async () => {
    const file = join(folder, 'rates.xml')
    await writeFile(file, 'rates')
    assert.equal(await readSource(file, limits), 'rates')
    assert.equal((await readSource(`${server.url}/rates`, limits)).length, 900)
    for (const source of [
      'http://rates.example/x.xml',
      'ftp://127.0.0.1/x.xml',
      'file:///etc/passwd',
      'http://127.0.0.1.rates.example/',
      '://',
    ]) {
      await assert.rejects(readSource(source, limits), /must be a file or an https URL/, source)
      assert.throws(() => readConfig({ CURRENCY_RATES: source }, []), /CURRENCY_RATES: must be a file, or an https URL/)
    }
    const url = 'https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml'
    assert.equal(readConfig({ CURRENCY_RATES: url }, []).currencyRates, url)
    assert.equal(readConfig({}, []).currencyRates, null)
  })

  test('is read no further than it may be long, however it is packed', async () => {
    const file = join(folder, 'long.xml')
    await writeFile(file, 'x'.repeat(1_001))
    for (const source of [file, `${server.url}/long`, `${server.url}/packed`]) {
      await assert.rejects(readSource(source, limits), /more than/, source)
    }
  })

  test('is not waited for without end', async () => {
    await assert.rejects(readSource(`${server.url}/endless`, { ...limits, timeoutMs: 50 }), /timeout/)
    const stop = new AbortController()
    const reading = readSource(`${server.url}/endless`, limits, stop.signal)
    stop.abort()
    await assert.rejects(reading, /abort/)
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    for (const path of [pipe, '/dev/zero', folder]) await assert.rejects(readSource(path, limits), /it is no file/)
  })

  test('leads on to https only', async () => {
    asked.length = 0
    await assert.rejects(readSource(`${server.url}/moved`, limits), /not https/)
    assert.deepEqual(asked, ['/moved'])
  })

  test('says what is wrong with it, without what its URL has for its server alone', async () => {
    await assert.rejects(readSource(`${server.url}/gone`, limits), /127\.0\.0\.1:\d+ answers 503/)
    await assert.rejects(readSource(`${server.url}/binary`, limits))
    await assert.rejects(readSource(join(folder, 'absent.xml'), limits), /ENOENT/)
    assert.equal(nameSource('https://rates.example/daily.xml?key=secret#x'), 'https://rates.example/daily.xml')
    assert.equal(nameSource('./rates.xml'), './rates.xml')
  })
})
