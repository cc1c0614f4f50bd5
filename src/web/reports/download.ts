import type { PerformanceInput } from '../generated/reports/reports'
import { describeRefusal } from './describe-refusal'
import { allDimensions } from './dimensions'
import type { Report } from './report'
import { toSearch, writeList } from './write-address'

export interface Format {
  readonly name: string
  readonly extension: 'csv' | 'ndjson'
  readonly parameters: Readonly<Record<string, string>>
}

export const formats: readonly Format[] = [
  { name: 'CSV, for spreadsheets', extension: 'csv', parameters: {} },
  { name: 'CSV, raw text', extension: 'csv', parameters: { raw: 'true' } },
  { name: 'NDJSON', extension: 'ndjson', parameters: { format: 'ndjson' } },
]

/** A file is put together in memory before the browser saves it. */
export const mostBytes = 512 * 1024 * 1024

/** Where the server has all rows of a report as a file. */
export function exportAddress(report: Report, question: PerformanceInput, { parameters }: Format): string {
  const asked = new URLSearchParams(parameters)
  const { range, from, to, interval, basis, timeZone, test, groupBy, orderBy } = question
  const plain = { range, from, to, interval, basis, timeZone, ...(test === true && { test: 'true' }) }
  for (const [name, value] of Object.entries(plain)) if (value != null) asked.set(name, value)
  if (groupBy != null && groupBy.length > 0) asked.set('groupBy', groupBy.join())
  for (const dimension of allDimensions) writeList(asked, dimension, report.filter[dimension])
  if (orderBy != null) {
    asked.set('orderBy', orderBy.by)
    asked.set('descending', String(orderBy.descending))
  }
  return `/export/performance?${toSearch(asked)}`
}

/** Fetches a file whole, telling how far it is, and hands it to the browser to be saved. */
export async function download(
  address: string,
  { extension }: Format,
  { token, onBytes, signal }: { token: string; onBytes: (bytes: number) => void; signal: AbortSignal },
): Promise<number> {
  const response = await fetch(address, {
    headers: { authorization: `Bearer ${token}` },
    ...{ credentials: 'omit', cache: 'no-store', signal },
  })
  if (!response.ok || response.body === null) throw new Error(await describeRefusal(response))
  const chunks: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  for (const reader = response.body.getReader(); ; ) {
    const { done, value } = await reader.read()
    if (done) break
    bytes += value.byteLength
    if (bytes > mostBytes) {
      await reader.cancel()
      throw new Error(
        'This file is too big for a browser. Ask for less, or fetch it with curl: docs/EXPORTS.md says how.',
      )
    }
    chunks.push(value)
    onBytes(bytes)
  }
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  save(new Blob(chunks, { type: response.headers.get('content-type') ?? '' }), name ?? `report.${extension}`)
  return bytes
}

function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // The browser has begun to save it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
