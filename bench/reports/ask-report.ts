import type { Child } from '../support/child.js'
import { median } from '../support/median.js'
import { adminKey } from '../support/pulseback.js'
import { inputOf, type ReportQuestion } from './report-questions.js'

/** The product on one of the databases, as somebody who asks it. */
export interface Asker {
  /** One request of one report, ready to be sent again and again. */
  prepare(question: ReportQuestion, query?: string): Promise<Request>
  send(request: Request): Promise<Reply>
  /** What one request after the other takes, until its answer has been read: the median, or why there is none. */
  measure(request: Request, pace: LatencyPace): Promise<Latency>
}

export type Latency = { readonly ms: number; readonly refused: null } | { readonly refused: string }

export interface Request {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Reply {
  readonly ms: number
  readonly text: string
}

/** As many as there are, or as fit into the time, but one at least. */
export interface LatencyPace {
  readonly warmUps: number
  readonly times: number
  readonly maxMs: number
}

const metrics = '{ clicks uniqueClicks conversions approved saleAmount revenue payout cost profit conversionRate }'

/** What a dashboard asks of a report. */
export const dashboardQuery = ({ groupBy, isByDay }: ReportQuestion): string => {
  const fields = [
    'key',
    ...(isByDay ? ['bucket'] : []),
    ...(groupBy.includes('CAMPAIGN') ? ['campaign { id name }'] : []),
  ]
  return `query ($query: PerformanceInput!) {
    performance(query: $query) { truncated totals ${metrics} rows { ${fields.join(' ')} metrics ${metrics} } }
  }`
}

export function createAsker({ url }: Pick<Child, 'url'>, affiliateId: string): Asker {
  let affiliateToken: Promise<string> | undefined

  async function send({ url, headers, body }: Request): Promise<Reply> {
    const startMs = performance.now()
    const response = await fetch(url, { method: 'POST', headers, body })
    const text = await response.text()
    return { ms: performance.now() - startMs, text }
  }

  async function beginSession(): Promise<string> {
    const body = JSON.stringify({ role: 'AFFILIATE', affiliateId })
    const { text } = await send({ url: `${url}/session`, headers: headersFor(adminKey), body })
    const { token } = JSON.parse(text) as { token?: string }
    if (token === undefined) throw new Error(`no session for an affiliate: ${text}`)
    return token
  }

  return {
    async prepare(question, query = dashboardQuery(question)) {
      if (question.byAffiliate) affiliateToken ??= beginSession()
      const key = question.byAffiliate ? await affiliateToken : adminKey
      const body = JSON.stringify({ query, variables: { query: inputOf(question) } })
      return { url: `${url}/graphql`, headers: headersFor(key ?? ''), body }
    },
    send,
    async measure(request, { warmUps, times, maxMs }) {
      const all: number[] = []
      for (const count of [warmUps, times]) {
        all.length = 0
        const endMs = performance.now() + maxMs
        do {
          const { ms, text } = await send(request)
          const refused = refusalIn(text)
          if (refused !== null) return { refused }
          all.push(ms)
        } while (all.length < count && performance.now() < endMs)
      }
      return { ms: median(all), refused: null }
    },
  }
}

export const headersFor = (key: string) => ({ 'content-type': 'application/json', authorization: `Bearer ${key}` })

/** With which code a report was refused; null: it was not. */
export function refusalIn(text: string): string | null {
  // An answer may be half a megabyte, and what is refused is short.
  if (text.startsWith('{"data":{')) return null
  const { errors } = JSON.parse(text) as { errors?: readonly { extensions?: { code?: string } }[] } // GraphQL's form
  return errors?.[0]?.extensions?.code ?? 'without a code'
}
