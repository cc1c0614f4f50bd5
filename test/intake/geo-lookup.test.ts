import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { after, before } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createGeoLookup } from '../../src/intake/geo-lookup.js'
import { StartupError } from '../../src/kernel/errors.js'

const packaged = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pulseback-geo-'))
})
after(() => rm(folder, { recursive: true }))

test('the embedded database knows countries of IPv4 and IPv6, and says nothing about what it does not know', async () => {
  const geo = await createGeoLookup()
  assert.deepEqual(geo('8.8.8.8'), { country: 'US', region: '' })
  assert.match(geo('2a00:1450::1').country, /^[A-Z]{2}$/)
  for (const ip of ['127.0.0.1', '10.0.0.1', '::1', 'nonsense', '', null]) {
    assert.deepEqual(geo(ip), { country: '', region: '' })
  }
})

test('a database of IPv4 alone is not asked about IPv6', async () => {
  const geo = await createGeoLookup(fileURLToPath(import.meta.resolve(`${packaged}-ipv4.mmdb`)))
  assert.equal(geo('8.8.8.8').country, 'US')
  assert.equal(geo('2a00:1450::1').country, '')
})

test("MaxMind's records are read too: country, and the region that comes first", async () => {
  const geo = await createGeoLookup(await writeTinyDatabase())
  assert.deepEqual(geo('192.0.2.1'), { country: 'CH', region: 'ZH' })
})

test('a file that is missing or no MMDB stops the start, naming the setting', async () => {
  const broken = join(folder, 'broken.mmdb')
  await writeFile(broken, 'not a database')
  for (const path of ['/nowhere/geo.mmdb', broken]) {
    await assert.rejects(createGeoLookup(path), (error: Error) => {
      return error instanceof StartupError && /GEOIP_DB/.test(error.message) && error.message.includes(path)
    })
  }
})

/** An MMDB of one node whose both sides lead to one record in the shape of GeoLite2 City. */
async function writeTinyDatabase(): Promise<string> {
  const record = map([
    ['country', map([['iso_code', text('CH')]])],
    ['subdivisions', Buffer.concat([array(1), map([['iso_code', text('ZH')]])])],
  ])
  const nodeCount = 1
  const pointer = nodeCount + 16 // the record lies at the start of the data section
  const node = Buffer.from([0, 0, pointer, 0, 0, pointer])
  const metadata = map([
    ['binary_format_major_version', uint16(2)],
    ['binary_format_minor_version', uint16(0)],
    ['build_epoch', uint16(1)],
    ['database_type', text('GeoLite2-City')],
    ['description', map([])],
    ['ip_version', uint16(4)],
    ['languages', array(0)],
    ['node_count', uint16(nodeCount)],
    ['record_size', uint16(24)],
  ])
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')])
  const path = join(folder, 'tiny.mmdb')
  await writeFile(path, Buffer.concat([node, Buffer.alloc(16), record, marker, metadata]))
  return path
}

const text = (value: string) => Buffer.concat([Buffer.from([(2 << 5) | value.length]), Buffer.from(value)])
const uint16 = (value: number) => Buffer.from([(5 << 5) | 2, value >> 8, value & 255])
const array = (length: number) => Buffer.from([length, 4]) // an extended type: 7 + 4
const map = (members: [string, Buffer][]): Buffer =>
  Buffer.concat([
    Buffer.from([(7 << 5) | members.length]),
    ...members.flatMap(([name, value]) => [longText(name), value]),
  ])
const longText = (value: string) =>
  value.length < 29 ? text(value) : Buffer.concat([Buffer.from([(2 << 5) | 29, value.length - 29]), Buffer.from(value)])
