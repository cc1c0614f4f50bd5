import { isIP } from 'node:net'

/**
 * The peer's address as the rest of the program wants it: an IPv4 address that came through an IPv6 socket as IPv4,
 * no zone, and null for whatever a proxy wrote there that is no address.
 */
export function readAddress(ip: string | undefined): string | null {
  if (ip === undefined) return null
  const zone = ip.indexOf('%')
  const bare = zone === -1 ? ip : ip.slice(0, zone)
  const mapped = bare.startsWith('::ffff:') && bare.includes('.') ? bare.slice(7) : bare
  return isIP(mapped) === 0 ? null : mapped
}
