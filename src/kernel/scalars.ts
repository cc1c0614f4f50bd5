import { Big } from 'big.js'
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql'
import { GraphQLCurrency, GraphQLDateTime, GraphQLJSONObject, GraphQLSafeInt, GraphQLTimeZone } from 'graphql-scalars'
import { parseDay } from './day.js'
import { formatDecimal } from './money.js'
import { writeInstant } from './write-instant.js'

/**
 * The API's own scalars. Reading is strict and by the library where it has the type; writing is ours, because a value
 * that goes out was checked when it came in, and a list has hundreds of them.
 */
export const DateTime = new GraphQLScalarType<Date, string>({
  ...GraphQLDateTime.toConfig(),
  description: 'An instant, RFC 3339 with offset: `2026-03-01T09:30:00+01:00`. Answers are in UTC, to the millisecond.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => {
    if (typeof value === 'number') return writeInstant(value)
    if (typeof value === 'string') return value
    if (value instanceof Date) return value.toISOString()
    throw new TypeError('DateTime is written from a Date, Unix milliseconds or ready text')
  },
})

/** The library's takes years before the first, which no date of the database has. */
function readLocalDate(value: unknown): string {
  if (typeof value === 'string' && parseDay(value) !== null) return value
  throw new GraphQLError('LocalDate must be a day of the calendar such as "2026-03-01".')
}

export const LocalDate = new GraphQLScalarType<string, string>({
  name: 'LocalDate',
  description: 'A calendar day: `2026-03-01`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339#section-5.6',
  parseValue: readLocalDate,
  parseLiteral: inDocument(readLocalDate),
  serialize: String,
})

const decimalText = /^-?\d{1,12}(\.\d{1,8})?$/
const trailingZeros = /\.?0+$/

function readDecimal(value: unknown): string {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  if (typeof text !== 'string' || !decimalText.test(text)) {
    throw new GraphQLError('Decimal must be text such as "12.50": up to 12 digits, a point, up to 8 decimals.')
  }
  return text
}

export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal number in a string, `"12.5"`: money never travels as a float. Input may also be an integer.',
  parseValue: readDecimal,
  parseLiteral: (node) => {
    if (node.kind === Kind.STRING || node.kind === Kind.INT) return readDecimal(node.value)
    throw new GraphQLError('Decimal must be a string or an integer.', { nodes: node })
  },
  serialize: (value) => {
    if (value instanceof Big) return formatDecimal(value)
    if (typeof value !== 'string') throw new TypeError('Decimal is written from Big or text')
    return value.includes('.') ? value.replace(trailingZeros, '') : value
  },
})

/** A rupiah in dollars needs more decimals than money has. */
const rateText = /^\d{1,12}(\.\d{1,24})?$/

function readRate(value: unknown): string {
  if (typeof value === 'string' && rateText.test(value)) return value
  throw new GraphQLError('Rate must be text such as "0.0000609221": up to 12 digits, a point, up to 24 decimals.')
}

export const Rate = new GraphQLScalarType<string, string>({
  name: 'Rate',
  description: 'What one unit of a currency is in another: an exact decimal number in a string, `"0.0000609221"`.',
  parseValue: readRate,
  parseLiteral: inDocument(readRate),
  serialize: String,
})

const readCurrency = (value: unknown): string => GraphQLCurrency.parseValue(value).toUpperCase()

export const Currency = new GraphQLScalarType<string, string>({
  name: 'Currency',
  description: 'A currency by its ISO 4217 code: `EUR`.',
  specifiedByURL: 'https://www.iso.org/iso-4217-currency-codes.html',
  parseValue: readCurrency,
  parseLiteral: inDocument(readCurrency),
  serialize: String,
})

/**
 * IANA names of places only: an offset such as `+02:00` knows nothing of daylight saving, and PostgreSQL reads it
 * backwards; by an abbreviation such as `CET` or `IST` it means one fixed offset, and not always the one of the zone.
 */
const zoneName = /^(UTC|GMT|[A-Z][A-Z0-9_+-]*(\/[A-Z0-9_+-]+)+)$/i

function readTimeZone(value: unknown): string {
  if (typeof value === 'string' && zoneName.test(value)) {
    try {
      return GraphQLTimeZone.parseValue(value)
    } catch {
      // Said below, in our words.
    }
  }
  throw new GraphQLError('TimeZone must be an IANA name such as "Europe/Berlin", or "UTC".')
}

export const TimeZone = new GraphQLScalarType<string, string>({
  name: 'TimeZone',
  description: 'A time zone by its IANA name: `Europe/Berlin`, or `UTC`; abbreviations such as `CET` are refused.',
  specifiedByURL: 'https://www.iana.org/time-zones',
  parseValue: readTimeZone,
  parseLiteral: inDocument(readTimeZone),
  serialize: String,
})

const maxCursorCharacters = 200

function opaqueText(name: string, description: string): GraphQLScalarType<string, string> {
  const read = (value: unknown): string => {
    if (typeof value === 'string' && value !== '' && value.length <= maxCursorCharacters) return value
    throw new GraphQLError(`${name} must be text that this API has given out.`)
  }
  return new GraphQLScalarType({
    name,
    description,
    parseValue: read,
    parseLiteral: inDocument(read),
    serialize: String,
  })
}

export const Cursor = opaqueText(
  'Cursor',
  'A place in the ledger: what has been seen up to here. Opaque, and valid only for the viewer it was given to; hand it back as `after`.',
)
export const PageCursor = opaqueText(
  'PageCursor',
  'A place in a list. Opaque; hand it back as `after` to get what follows.',
)

const maxObjectDepth = 5
const maxObjectEntries = 200

function readObject(value: unknown): object {
  const object: object = GraphQLJSONObject.parseValue(value)
  if (countEntries(object, maxObjectDepth) > maxObjectEntries) {
    throw new GraphQLError(`JSONObject may nest ${maxObjectDepth} deep and have ${maxObjectEntries} entries.`)
  }
  return object
}

/** All that is in `value`, at every level; infinite where it nests too deep. */
function countEntries(value: unknown, depthLeft: number): number {
  if (typeof value !== 'object' || value === null) return 0
  if (depthLeft === 0) return Number.POSITIVE_INFINITY
  return Object.values(value).reduce((total: number, entry) => total + 1 + countEntries(entry, depthLeft - 1), 0)
}

export const JSONObject = new GraphQLScalarType<object, object>({
  ...GraphQLJSONObject.toConfig(),
  description: 'A JSON object.',
  parseValue: readObject,
  parseLiteral: (node, variables) => readObject(GraphQLJSONObject.parseLiteral(node, variables)),
})

export const SafeInt = new GraphQLScalarType({
  ...GraphQLSafeInt.toConfig(),
  description: 'A whole number up to 2^53 − 1, as a JSON number.',
  specifiedByURL: null,
})

/** Reads text that stands in the document itself; an error says where. */
function inDocument(read: (value: unknown) => string): (node: ValueNode) => string {
  return (node) => {
    try {
      return read(node.kind === Kind.STRING ? node.value : undefined)
    } catch (error) {
      throw error instanceof GraphQLError ? new GraphQLError(error.message, { nodes: node }) : error
    }
  }
}
