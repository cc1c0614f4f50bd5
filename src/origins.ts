import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'
import type { Config } from './config.js'

/** Who we are to the outside, and which other origins a browser may bring here. */
export interface Origins {
  /** What links begin with: PUBLIC_URL, or how the request itself addressed us. */
  publicUrl(request: IncomingMessage): string
  isAllowed(origin: string, request: IncomingMessage): boolean
  /** Who sends a request, behind those proxies that are believed. */
  clientAddress(request: IncomingMessage): string
  /** Whether it comes straight from a proxy that is believed. */
  isFromProxy(request: IncomingMessage): boolean
}

export function createOrigins(config: Pick<Config, 'publicUrl' | 'allowedOrigins' | 'trustProxy' | 'host'>): Origins {
  const proxies = config.trustProxy.map(parseRange)
  const isProxy = (address: string | undefined): boolean => {
    if (address === undefined || !ipaddr.isValid(address)) return false
    const parsed = ipaddr.process(address)
    return proxies.some((range) => parsed.kind() === range[0].kind() && parsed.match(range))
  }
  const loopback =
    config.host === 'localhost' || (ipaddr.isValid(config.host) && ipaddr.process(config.host).range() === 'loopback')

  function publicUrl(request: IncomingMessage): string {
    if (config.publicUrl !== null) return config.publicUrl
    const believed = isProxy(request.socket.remoteAddress)
    const proto = believed ? lastOf(request.headers['x-forwarded-proto']) : undefined
    const host =
      (believed ? lastOf(request.headers['x-forwarded-host']) : undefined) ?? request.headers.host ?? 'localhost'
    return `${proto === 'https' ? 'https' : 'http'}://${host}`
  }

  return {
    publicUrl,
    isFromProxy: ({ socket }) => isProxy(socket.remoteAddress),
    clientAddress(request) {
      const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',')
      const way = [...forwarded.map((address) => address.trim()), request.socket.remoteAddress ?? '']
      // From the nearest on: what a proxy that is believed says of the one before it.
      return way.findLast((address, index) => index === 0 || !isProxy(address)) || (way.at(-1) ?? '')
    },
    isAllowed(origin, request) {
      // A request may be addressed to what is no host at all.
      const own = publicUrl(request)
      if (URL.canParse(own) && origin === new URL(own).origin) return true
      if (config.allowedOrigins !== null) return config.allowedOrigins.includes(origin)
      return loopback && /^http:\/\/localhost(:\d+)?$/.test(origin)
    },
  }
}

/** What the nearest proxy wrote; what stands before it anyone may have sent. */
const lastOf = (header: string | string[] | undefined): string | undefined =>
  String(header ?? '')
    .split(',')
    .at(-1)
    ?.trim() || undefined

function parseRange(text: string): [ipaddr.IPv4 | ipaddr.IPv6, number] {
  if (text.includes('/')) return ipaddr.parseCIDR(text)
  const address = ipaddr.process(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}
