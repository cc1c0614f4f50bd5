import { type TestApp, until } from '../support/app.js'
import type { Said } from '../support/raw-socket.js'

/** What is said over a socket in the tests of the protocol. */
export const feed = `subscription ($after: Cursor, $filter: ConversionFilter) {
  conversions(after: $after, filter: $filter) { cursor conversion { transactionId } }
}`

export const subscribe = (id: string, query = feed, variables: object = {}, more: object = {}) => ({
  ...{ id, type: 'subscribe' },
  payload: { query, variables, ...more },
})
export const complete = (id: string) => ({ id, type: 'complete' })

interface Next {
  readonly data: { readonly conversions: { readonly cursor: string; readonly conversion: { transactionId: string } } }
  readonly extensions: { readonly cursor: string }
}

/** `id type order` of each message, the order only where there is one. */
export const short = (messages: readonly Said[]): string[] =>
  messages.map(({ id, type, payload }) => {
    const order = (payload as Partial<Next> | undefined)?.data?.conversions?.conversion.transactionId
    return [id, type, order].filter((part) => part !== undefined).join(' ')
  })

export const nextOf = ({ payload }: Said) => payload as Next

/** The first error of an `error` message, by its code. */
export const codeOf = ({ payload }: Said) => (payload as { extensions: { code: string } }[])[0]?.extensions.code

/** The catalog is remembered for a workspace as long as one feed follows it: when it is forgotten, none is left. */
export const untilNobodyFollows = (app: TestApp) =>
  until(() => app.live.catalog.of(app.workspaceId) === null, 'the end of every feed')
