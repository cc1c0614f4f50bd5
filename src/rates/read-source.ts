import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'

export interface SourceLimits {
  readonly maxBytes: number
  readonly timeoutMs: number
}

const maxRedirects = 5

/** A file's path, or a URL: https, or http to this machine. */
export function isRateSource(text: string): boolean {
  return !text.includes('://') || isAllowed(URL.parse(text))
}

const isAllowed = (url: URL | null): boolean =>
  url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))

const isLoopback = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)

/** The whole text at a path or URL; an error where it is too long, or not there in time. `signal` gives up. */
export async function readSource(source: string, limits: SourceLimits, signal?: AbortSignal): Promise<string> {
  if (!isRateSource(source)) throw new Error('it must be a file or an https URL')
  const url = source.includes('://') ? new URL(source) : null
  return url === null ? readFile(source, limits.maxBytes) : download(url, limits, signal)
}

/** What of a source may be told: not what a URL has for its server's eyes. */
export function nameSource(source: string): string {
  const url = source.includes('://') ? URL.parse(source) : null
  return url === null ? source : `${url.origin}${url.pathname}`
}

async function readFile(path: string, maxBytes: number): Promise<string> {
  // To open a pipe is to wait for its other end, and a device has none.
  if (!(await stat(path)).isFile()) throw new Error('it is no file')
  return readText(createReadStream(path), maxBytes)
}

async function download(from: URL, { maxBytes, timeoutMs }: SourceLimits, stop?: AbortSignal): Promise<string> {
  const late = AbortSignal.timeout(timeoutMs)
  const signal = stop === undefined ? late : AbortSignal.any([late, stop])
  let url = from
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    const response = await fetch(withoutPassword(url), { redirect: 'manual', signal, headers: passwordOf(url) })
    const location = response.headers.get('location')
    if (response.ok && response.body !== null) return readText(response.body, maxBytes)
    await response.body?.cancel()
    if (response.status < 300 || response.status > 399 || location === null) {
      throw new Error(`${url.host} answers ${response.status}`)
    }
    url = new URL(location, url)
    if (url.protocol !== 'https:') throw new Error(`it leads on to ${url.protocol}//${url.host}, which is not https`)
  }
  throw new Error(`it leads on more than ${maxRedirects} times`)
}

/** `fetch` takes no address with a password in it, and says so with the password. */
function withoutPassword(from: URL): URL {
  const url = new URL(from)
  url.username = ''
  url.password = ''
  return url
}

function passwordOf({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {}
  const both = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(both).toString('base64')}` }
}

/** Counted as it comes, unpacked: what a header says of its length is not relied on. */
async function readText(chunks: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > maxBytes) throw new Error(`it has more than ${maxBytes / 1024} KiB`)
    parts.push(chunk)
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))
}
