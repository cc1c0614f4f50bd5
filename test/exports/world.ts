import assert from 'node:assert/strict'
import { parse } from 'csv-parse/sync'
import type { Scope } from '../../src/access/scope.js'
import { type AdvertiserId, type AffiliateId, encodeId, newId } from '../../src/kernel/ids.js'
import type { ConversionStatus } from '../../src/kernel/vocabulary.js'
import { createTestApp, type TestApp, type TestAppOptions, within } from '../support/app.js'
import { named, receiptDraft, type Way } from '../support/drafts.js'

export type Cells = Readonly<Record<string, string>>
export type JsonRow = Readonly<Record<string, string | number | boolean | null>>

export interface Exported {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** The program, and exports asked of it over HTTP. */
export async function createExportWorld(options: TestAppOptions = {}) {
  const app = await createTestApp(options)
  let orders = 0

  async function fetchExport(path: string, key = app.adminKey, headers: Record<string, string> = {}, method = 'GET') {
    const asked = fetch(`${app.url}/export/${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, ...headers },
    })
    const response = await within(asked, `an answer to ${path}`)
    const text = await within(response.text(), `the end of ${path}`, 60_000)
    return { status: response.status, headers: response.headers, text } satisfies Exported
  }

  async function exported(path: string, key?: string): Promise<Exported> {
    const answer = await fetchExport(path, key)
    assert.equal(answer.status, 200, answer.text)
    return answer
  }

  return {
    app,
    fetchExport,
    /** The rows of a CSV export that must succeed. */
    csv: async (path: string, key?: string): Promise<Cells[]> => readCsv((await exported(path, key)).text),
    async ndjson(path: string, key?: string): Promise<JsonRow[]> {
      return readNdjson((await exported(`${path}${path.includes('?') ? '&' : '?'}format=ndjson`, key)).text)
    },
    exported,
    /** What a refusal says: `STATUS CODE` or `STATUS CODE field`. */
    async refusal(path: string, key?: string): Promise<string> {
      const { status, headers, text } = await fetchExport(path, key)
      assert.equal(headers.get('content-type'), 'application/json; charset=utf-8')
      assert.equal(headers.get('cache-control'), 'no-store')
      for (const name of ['etag', 'pulseback-as-of', 'content-disposition']) assert.equal(headers.get(name), null)
      const [error] = (JSON.parse(text) as { errors: { extensions: { code: string; field?: string } }[] }).errors
      assert.ok(error)
      return [status, error.extensions.code, error.extensions.field].filter((part) => part !== undefined).join(' ')
    },
    admin: adminOf(app),
    key: (role: Scope['role'], owner: { advertiserId?: AdvertiserId; affiliateId?: AffiliateId } = {}) =>
      makeKey(app, role, owner),
    /** A new order that credits the way's affiliate, at its own time. */
    async order(way: Way, more: Parameters<typeof named>[1] = {}) {
      orders += 1
      const transactionId = `order-${orders}`
      const asked = named(way, { transactionId, amount: '80', event: 'sale', ...more })
      const { conversionId, reason } = await app.ledger.keepPostback(receiptDraft(way, app.clock()), asked)
      assert.ok(conversionId, reason?.code)
      return conversionId
    },
    async setStatus(
      conversionId: Awaited<ReturnType<typeof newId<'cnv'>>>,
      status: ConversionStatus,
      reason = 'by hand',
    ) {
      const { workspaceId } = app
      const answer = await app.ledger.setConversionStatus({ workspaceId, conversionId, status, reason })
      assert.equal(answer.outcome, 'UPDATED')
    },
    close: () => app.close(),
  }
}

export type ExportWorld = Awaited<ReturnType<typeof createExportWorld>>

export const readCsv = (text: string): Cells[] => parse(text, { columns: true, record_delimiter: '\r\n' })

export function readNdjson(text: string): JsonRow[] {
  const lines = text.split('\n')
  assert.equal(lines.pop(), '')
  return lines.map((line) => JSON.parse(line))
}

const adminOf = ({ workspaceId }: TestApp): Scope => ({
  ...{ workspaceId, keyId: newId<'key'>(), role: 'ADMIN', advertiserId: null, affiliateId: null },
})

async function makeKey(
  app: TestApp,
  role: Scope['role'],
  { advertiserId, affiliateId }: { advertiserId?: AdvertiserId; affiliateId?: AffiliateId },
): Promise<string> {
  const create = 'mutation ($input: CreateKeyInput!) { createKey(input: $input) { secret } }'
  const owner = {
    ...(advertiserId && { advertiserId: encodeId('adv', advertiserId) }),
    ...(affiliateId && { affiliateId: encodeId('aff', affiliateId) }),
  }
  const input = { name: role, role, ...owner }
  return (await app.get<{ createKey: { secret: string } }>(app.adminKey, create, { input })).createKey.secret
}
