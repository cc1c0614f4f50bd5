import type { SqlFunction } from '../../database/view-schema.js'
import type { IdPrefix } from '../../kernel/ids.js'

/**
 * Ids outside the program are TypeIDs: 128 bits as 26 digits of base32, the first of which has but three. One SQL
 * expression per direction, which the server puts in place of the call; `kernel/ids.ts` says the same in TypeScript, and
 * a property holds the two equal. They are bound when they are made, not when they are called, so that no reader can put
 * a function of its own under one of their names.
 */
const digits = '0123456789abcdefghjkmnpqrstvwxyz'
const digitCount = 26

/** How a column of a view shows an id. */
export const encodeIdSql = (prefix: IdPrefix, column: string): string => `bi.encode_id('${prefix}', ${column})`

const byte = (index: number): string => `get_byte(uuid_send(id), ${index})`

/** The five bits of one digit; PostgreSQL gives all these operators one precedence, hence the brackets. */
function digitBits(digit: number): string {
  const firstBit = digit * 5 - 2
  if (firstBit < 0) return `(${byte(0)} >> 5)`
  const index = Math.floor(firstBit / 8)
  const offset = firstBit % 8
  if (offset <= 3) return `((${byte(index)} >> ${3 - offset}) & 31)`
  const spilt = offset - 3
  return `(((${byte(index)} & ${2 ** (8 - offset) - 1}) << ${spilt}) | (${byte(index + 1)} >> ${8 - spilt}))`
}

/** Bytes are set in place of a string being joined: of several ways this took a quarter of the time. */
function encodedDigits(): string {
  let text = `'${'0'.repeat(digitCount)}'::bytea`
  for (let digit = 0; digit < digitCount; digit += 1) {
    text = `set_byte(${text}, ${digit}, get_byte('${digits}'::bytea, ${digitBits(digit)}))`
  }
  return `encode(${text}, 'escape')`
}

const decodedHex = (from: number): string => `lpad(to_hex(substr(bits, ${from}, 64)::bit(64)::bigint), 16, '0')`

export const idFunctions: readonly SqlFunction[] = [
  {
    signature: 'encode_id(prefix text, id uuid)',
    about: "An id as the API shows it: `bi.encode_id('cmp', campaign_uuid)` is `campaign_id`.",
    definition: `returns text language sql immutable parallel safe return prefix || '_' || ${encodedDigits()}`,
  },
  {
    signature: 'decode_id(id text)',
    about:
      "The UUID in an id of the API, null for what is none: `where conversion_uuid = bi.decode_id('cnv_…')` is looked up " +
      'at once, where the same on `conversion_id` reads every row.',
    definition: `returns uuid language sql immutable parallel safe return (
      select case when length(bits) = 130 then (${decodedHex(3)} || ${decodedHex(67)})::uuid end
        from (select string_agg((strpos('${digits}', digit) - 1)::bit(5)::text, '' order by place) as bits
                from string_to_table(substr(id, 5), null) with ordinality as d (digit, place)
               where id ~ '^[a-z]{3}_[0-7][${digits}]{25}$') t)`,
  },
  {
    signature: 'lowest_id(instant timestamptz)',
    about:
      'The lowest UUID that something of this moment or later can have. Ids begin with their time, so ' +
      "`where click_uuid >= bi.lowest_id(now() - interval '7 days')` opens only the months that it must.",
    definition: `returns uuid language sql stable parallel safe
      return (lpad(to_hex(greatest(0, floor(extract(epoch from instant) * 1000))::bigint), 12, '0') || repeat('0', 20))::uuid`,
  },
]
