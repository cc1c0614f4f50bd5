import type { IncomingHttpHeaders } from 'node:http'
import type { ClickDraft } from '../ledger/entries.js'
import { cleanText } from './clip-text.js'
import type { GeoLookup } from './geo-lookup.js'
import { createVisitorNamer } from './name-visitor.js'
import { readAddress } from './read-address.js'
import { createAgentReader } from './read-agent.js'

/** The part of a click that the visitor's browser and address tell. */
export type Visitor = Pick<
  ClickDraft,
  'bot' | 'visitor' | 'country' | 'region' | 'language' | 'device' | 'os' | 'browser' | 'ip' | 'userAgent'
>

export interface VisitorRequest {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly ip: string
}

const maxUserAgentBytes = 1024

export type ReadVisitor = (request: VisitorRequest, atMs: number) => Visitor

export function createVisitorReader({ geo, visitorSecret }: { geo: GeoLookup; visitorSecret: string }): ReadVisitor {
  const readAgent = createAgentReader()
  const nameVisitor = createVisitorNamer(visitorSecret)
  return ({ method, headers, ip: peer }, atMs) => {
    const ip = readAddress(peer)
    const userAgent = cleanText(headers['user-agent'] ?? '', maxUserAgentBytes)
    const agent = readAgent(userAgent)
    const place = geo(ip)
    return {
      // Nobody has seen the page yet that is fetched ahead or only asked for.
      bot: agent.bot || method === 'HEAD' || isPrefetch(headers),
      visitor: nameVisitor(ip, userAgent, atMs),
      country: place.country,
      region: place.region,
      language: readLanguage(headers['accept-language']),
      device: agent.device,
      os: agent.os,
      browser: agent.browser,
      ip,
      userAgent: userAgent === '' ? null : userAgent,
    }
  }
}

/** Where browsers say that they fetch a page before anyone asked to see it. */
const aheadHeaders = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'] as const

function isPrefetch(headers: IncomingHttpHeaders): boolean {
  return aheadHeaders.some((name) => {
    const purpose = headers[name]
    return purpose !== undefined && /prefetch|prerender|preview/i.test(String(purpose))
  })
}

const firstLanguage = /^\s*([a-z]{2,3})(?:[-_][a-z]{4})?(?:[-_]([a-z]{2}|\d{3}))?(?![a-z\d])/i

/** The language that a browser prefers: `de`, or with a region `de-CH`; '' where it does not say. */
export function readLanguage(acceptLanguage: string | undefined): string {
  const found = acceptLanguage === undefined ? null : firstLanguage.exec(acceptLanguage)
  const language = found?.[1]?.toLowerCase() ?? ''
  const region = found?.[2]?.toUpperCase()
  return region === undefined ? language : `${language}-${region}`
}
