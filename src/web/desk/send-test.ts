import { ask } from '../session/ask'
import { signedHeaders } from './sign'

/** How a test is sent: in the URL, as JSON with the token, or as JSON with a signature in its place. */
export type Manner = 'GET' | 'JSON' | 'SIGNED'

export interface TestRequest {
  readonly manner: Manner
  readonly token: string
  readonly advertiserId: string
  readonly signingSecret: string
  /** By the sender’s names; what is empty is not sent. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/** A request as it is sent, to the byte. */
export interface Sent {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

export interface Answered {
  readonly sent: Sent
  readonly status: number
  readonly receipt: string | null
  readonly retryAfter: string | null
  readonly body: string
}

/** Sent from this page to the endpoint that the sender uses, so the answer is the one that it would get. */
export async function sendTest(request: TestRequest): Promise<Answered> {
  const sent = await write(request)
  const { method, url, headers, body } = sent
  const response = await ask(url, { method, headers, body, cache: 'no-store' })
  return {
    sent,
    status: response.status,
    receipt: response.headers.get('pulseback-receipt'),
    retryAfter: response.headers.get('retry-after'),
    body: await response.text(),
  }
}

async function write({ manner, token, advertiserId, signingSecret, parameters }: TestRequest): Promise<Sent> {
  const said = parameters.filter(([, value]) => value !== '')
  const to = (query: readonly (readonly [string, string])[]) =>
    `${location.origin}/postback?${new URLSearchParams(query.map(([name, value]) => [name, value]))}`
  if (manner === 'GET') return { method: 'GET', url: to([['token', token], ...said]), headers: {}, body: null }
  const body = JSON.stringify(Object.fromEntries(said))
  const type = { 'content-type': 'application/json' }
  if (manner === 'JSON') {
    const headers = { authorization: `Bearer ${token}`, ...type }
    return { method: 'POST', url: `${location.origin}/postback`, headers, body }
  }
  const headers = { ...type, ...(await signedHeaders(signingSecret, body)) }
  return { method: 'POST', url: to([['advertiser_id', advertiserId]]), headers, body }
}

/** Makes a click through a link, marked as a test; its id, or why there is none. */
export async function makeTestClick(linkId: string): Promise<{ readonly click: string } | { readonly error: string }> {
  const body = new URLSearchParams({ link: linkId, test: '1' })
  const response = await ask('/clicks', { method: 'POST', body })
  return response.json()
}
