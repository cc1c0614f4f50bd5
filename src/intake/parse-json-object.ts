import type { Refusal } from '../attribution/request.js'
import { behindString } from './behind-string.js'
import { clipText } from './clip-text.js'
import { unreadable } from './refusal.js'

/** Of a name that is told again. */
const maxNameBytes = 128

/**
 * Reads a JSON object of plain values, member by member, as text.
 *
 * JSON.parse says whether it is JSON at all, without recursion. But it turns 1e309 into Infinity and 0.10 into 0.1,
 * and keeps the last of two members of one name without a word, so its result is dropped and the text, now known to be
 * sound, is walked once more. `add` gets strings unescaped, numbers and booleans as written, and '' for null.
 */
export function parseJsonObject(text: string, add: (name: string, value: string) => void): Refusal | null {
  try {
    JSON.parse(text)
  } catch {
    // Not its message: that quotes the body, and so perhaps the token.
    return unreadable('INVALID_JSON', 'The body is not valid JSON.')
  }
  let at = skipSpace(text, 0)
  if (text[at] !== '{') return unreadable('INVALID_JSON', 'The body must be one JSON object.')
  at = skipSpace(text, at + 1)
  while (text[at] === '"') {
    const nameEnd = behindString(text, at)
    const name = unquote(text.slice(at, nameEnd))
    const colon = skipSpace(text, nameEnd)
    const start = skipSpace(text, colon + 1)
    const first = text[start]
    if (first === '{' || first === '[') {
      // Of well-formed text: half a character could not be kept, nor all that is kept with it.
      const plain = clipText(name.toWellFormed().replace(/\p{Cc}/gu, ' '), maxNameBytes)
      return unreadable('NESTED_VALUE', 'A value must be a string, a number, a boolean or null.', plain)
    }
    const end = first === '"' ? behindString(text, start) : endOfWord(text, start)
    const value = text.slice(start, end)
    add(name, first === '"' ? unquote(value) : first === 'n' ? '' : value)
    at = skipSpace(text, end)
    if (text[at] === ',') at = skipSpace(text, at + 1)
  }
  return null
}

function skipSpace(text: string, at: number): number {
  let next = at
  while (text.charCodeAt(next) <= 0x20) next++
  return next
}

function endOfWord(text: string, at: number): number {
  let next = at
  while (text[next] !== ',' && text[next] !== '}' && text.charCodeAt(next) > 0x20) next++
  return next
}

// A JSON string parses to a string; TypeScript cannot know.
const unquote = (quoted: string): string =>
  quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1)
