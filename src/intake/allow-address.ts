import ipaddr from 'ipaddr.js'
import type { AdvertiserTerms } from '../attribution/terms.js'

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number]

export type AllowAddress = (advertiser: AdvertiserTerms, ip: string | null) => boolean

/**
 * May this advertiser's postbacks come from here? An empty list allows any address. An entry that cannot be read
 * allows none, so a list of nothing but mistakes locks out instead of letting everybody in.
 */
export function createAddressCheck(): AllowAddress {
  // Terms are replaced, never changed, so ranges that were read for them stay right as long as they live.
  const rangesOf = new WeakMap<AdvertiserTerms, readonly Range[]>()
  return (advertiser, ip) => {
    if (advertiser.allowedIps.length === 0) return true
    if (ip === null || !ipaddr.isValid(ip)) return false
    let ranges = rangesOf.get(advertiser)
    if (ranges === undefined) {
      ranges = advertiser.allowedIps.map(readRange).filter((range) => range !== null)
      rangesOf.set(advertiser, ranges)
    }
    const address = ipaddr.process(ip)
    return ranges.some((range) => range[0].kind() === address.kind() && address.match(range))
  }
}

function readRange(text: string): Range | null {
  if (ipaddr.isValidCIDR(text)) return unmapped(ipaddr.parseCIDR(text))
  // IPv4 in fewer than four parts is valid to the library, and never what was meant.
  if (!ipaddr.isValid(text) || !(text.includes(':') || ipaddr.IPv4.isValidFourPartDecimal(text))) return null
  const address = ipaddr.process(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** A range of IPv4 addresses that is written as IPv6 holds IPv4 addresses. */
function unmapped([address, bits]: Range): Range {
  if (address.kind() === 'ipv4' || bits < 96) return [address, bits]
  const ipv6 = address as ipaddr.IPv6 // kind() has just said so
  return ipv6.isIPv4MappedAddress() ? [ipv6.toIPv4Address(), bits - 96] : [address, bits]
}
