import type { TestApp } from '../support/app.js'
import { within } from '../support/app.js'
import { openRawSocket, type Said } from '../support/raw-socket.js'

/** How an operation was answered: with which code of its first error, or null for none, and whatever was said. */
export interface Answered {
  readonly code: string | null
  readonly text: string
}

export type Ask = (query: string, variables?: object) => Promise<Answered>

interface Result {
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
}
const codeOf = ({ errors }: Result): string | null => errors?.[0]?.extensions.code ?? null

export const transports = ['http', 'event stream', 'webSocket'] as const

export type Transports = Readonly<Record<(typeof transports)[number], Ask>> & { close(): void }

/** The three ways to a running program. Over HTTP what is refused before execution is 400 besides. */
export async function openTransports(app: TestApp): Promise<Transports> {
  const heard = new Map<string, (said: Said) => void>()
  const socket = await openRawSocket(app.url, {
    key: app.adminKey,
    hear(bytes) {
      const said = JSON.parse(bytes.toString('utf8')) as Said
      heard.get(said.id ?? '')?.(said)
    },
  })
  // Of an answer the first message has it all.
  const waiting = (id: string) => new Promise<Said>((resolve) => heard.set(id, resolve))
  let operations = 0
  const post = (query: string, variables: object, accept: string) =>
    fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.adminKey}`, 'content-type': 'application/json', accept },
      body: JSON.stringify({ query, variables }),
    })
  return {
    async http(query: string, variables: object = {}) {
      const response = await within(post(query, variables, 'application/graphql-response+json'), query.slice(0, 200))
      const text = await response.text()
      const code = codeOf(JSON.parse(text))
      return { code: code === null || response.status === 400 ? code : `${response.status} ${code}`, text }
    },
    async 'event stream'(query: string, variables: object = {}) {
      const response = await within(post(query, variables, 'text/event-stream'), query.slice(0, 200))
      const text = await within(response.text(), 'the end of a stream')
      const [, data] = /^event: next\n(?:id: .*\n)?data: (.*)$/m.exec(text) ?? []
      return { code: codeOf(JSON.parse(data ?? text)), text }
    },
    async webSocket(query: string, variables: object = {}) {
      operations += 1
      const id = String(operations)
      const said = waiting(id)
      socket.send({ id, type: 'subscribe', payload: { query, variables } })
      const { type, payload } = await within(said, query.slice(0, 200))
      const result = (type === 'error' ? { errors: payload } : payload) as Result // by the protocol
      return { code: codeOf(result), text: JSON.stringify(payload) }
    },
    close: () => socket.destroy(),
  }
}
