import pg from 'pg'
import type { Parameters } from '../database/parameters.js'

/**
 * Parameters for COPY, which takes none: each placeholder is the value itself. The one place where values become SQL
 * text. All of them go in as quoted text with their type behind it, escaped as `pg` escapes, which holds whatever
 * `standard_conforming_strings` says.
 */
export function createLiterals(): Parameters {
  return { values: [], bind: (value, type) => `${literal(value)}::${type}` }
}

function literal(value: unknown): string {
  if (value == null) return 'null'
  if (Array.isArray(value)) return `array[${value.map(literal).join(', ')}]`
  if (typeof value === 'number' || typeof value === 'boolean') return pg.escapeLiteral(String(value))
  if (typeof value !== 'string') throw new TypeError(`no value for SQL: ${typeof value}`)
  // Would end the statement on its way, whatever follows.
  if (value.includes('\0')) throw new TypeError('a text with NUL is no value for SQL')
  return pg.escapeLiteral(value)
}
