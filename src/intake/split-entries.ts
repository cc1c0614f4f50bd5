import { isUtf8 } from 'node:buffer'
import type { Refusal } from '../attribution/request.js'
import { behindString } from './behind-string.js'
import { unreadable } from './refusal.js'

export const maxEntries = 1_000

/** How a batch is written: one JSON array, or a JSON text a line. */
export type BatchFormat = 'json' | 'ndjson'

export function batchFormat(contentType: string | undefined): BatchFormat | null {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (type === 'application/json') return 'json'
  return type === 'application/x-ndjson' || type === 'application/ndjson' || type === 'application/jsonl'
    ? 'ndjson'
    : null
}

/**
 * Cuts a batch into the texts of its entries, each still as it was written: what a number is must not be decided here.
 * A line that is no JSON is its own entry's trouble; an array that is none is the whole batch's.
 */
export function splitEntries(body: Buffer, format: BatchFormat): readonly string[] | Refusal {
  if (!isUtf8(body)) return unreadable('INVALID_ENCODING', 'The body is not valid UTF-8.')
  const text = body.toString('utf8')
  const entries = format === 'ndjson' ? text.split('\n').filter((line) => line.trim() !== '') : splitArray(text)
  if (entries === null)
    return unreadable('INVALID_JSON', 'The body is not one JSON array; send NDJSON as application/x-ndjson.')
  if (entries.length > maxEntries)
    return unreadable('TOO_MANY_ENTRIES', `A batch may have at most ${maxEntries} entries.`)
  return entries
}

/** Null where it is no array. JSON.parse says whether it is JSON at all; then its commas need only be counted out. */
function splitArray(text: string): string[] | null {
  try {
    if (!Array.isArray(JSON.parse(text))) return null
  } catch {
    return null
  }
  const entries: string[] = []
  const end = text.lastIndexOf(']')
  let start = text.indexOf('[') + 1
  let depth = 0
  for (let at = start; at < end; at += 1) {
    const character = text[at]
    if (character === '"') at = behindString(text, at) - 1
    else if (character === '{' || character === '[') depth += 1
    else if (character === '}' || character === ']') depth -= 1
    else if (character === ',' && depth === 0) {
      entries.push(text.slice(start, at).trim())
      start = at + 1
    }
  }
  const last = text.slice(start, end).trim()
  return last === '' ? entries : [...entries, last]
}
