import { isIPv6 } from 'node:net'
import { fileURLToPath } from 'node:url'
import { open, type Response } from 'maxmind'
import { StartupError } from '../kernel/errors.js'

/** Where an address is, as far as the database knows; '' for what it does not. */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country: string
  /** The part behind the country of an ISO 3166-2 code. */
  readonly region: string
}

/** Takes an IP address, or null where it is not known. */
export type GeoLookup = (ip: string | null) => Place

const nowhere: Place = { country: '', region: '' }

/** The two shapes in use: MaxMind's Country and City, and the flat one of the embedded database. */
interface GeoRecord {
  readonly country_code?: unknown
  readonly country?: { readonly iso_code?: unknown }
  readonly subdivisions?: readonly { readonly iso_code?: unknown }[]
}

/** Loads an MMDB file into memory, the embedded one where no path is given. */
export async function createGeoLookup(path?: string): Promise<GeoLookup> {
  const file = path ?? fileURLToPath(import.meta.resolve(embedded))
  // The reader's type wants to know the shape beforehand; the file decides it.
  const reader = await open<Response>(file).catch((error: Error) => {
    throw new StartupError(`GEOIP_DB: ${file} cannot be read as an MMDB file: ${error.message}`)
  })
  const knowsIpv6 = reader.metadata.ipVersion === 6
  return (ip) => {
    // A database of IPv4 addresses alone takes the first bits of any other for one of its own.
    if (ip === null || (!knowsIpv6 && isIPv6(ip))) return nowhere
    const record = reader.get(ip) as GeoRecord | null
    return record === null ? nowhere : toPlace(record)
  }
}

const embedded = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb'

function toPlace(record: GeoRecord): Place {
  return {
    country: codeOf(record.country?.iso_code ?? record.country_code, /^[A-Z]{2}$/),
    region: codeOf(record.subdivisions?.[0]?.iso_code, /^[A-Z\d]{1,3}$/),
  }
}

const codeOf = (value: unknown, form: RegExp): string => (typeof value === 'string' && form.test(value) ? value : '')
