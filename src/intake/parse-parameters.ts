import { isUtf8 } from 'node:buffer'
import type { Refusal } from '../attribution/request.js'
import { controlCharacter } from './clip-text.js'
import { type ByteString, decodeStrictly, eachPair } from './decode-text.js'
import { parseJsonObject } from './parse-json-object.js'
import { unreadable } from './refusal.js'

/**
 * What a postback's query and body carry, by name, whatever the names mean.
 *
 * The first problem is kept as `refusal`, but reading goes on behind it: a request that cannot be read must still be
 * laid to its sender's account, and for that its token has to be found.
 */
export interface Parameters {
  /** The first value of each name. An empty value is as good as none and is not here. */
  readonly values: Map<string, string>
  /** Names that came more than once; only who knows what they mean can tell whether that matters. */
  readonly repeated: Set<string>
  /** Every `token` that was sent, also behind the limits. */
  readonly tokens: string[]
  count: number
  refusal: Refusal | null
}

export const maxParameters = 100
export const maxNameLength = 128
export const maxValueLength = 2048

/** `query` is what follows the `?`; `contentType` is the header as it came. */
export function parseParameters(
  query: ByteString,
  body: Buffer | null = null,
  contentType: string | undefined = undefined,
): Parameters {
  const parameters: Parameters = {
    values: new Map(),
    repeated: new Set(),
    tokens: [],
    count: 0,
    refusal: null,
  }
  readPairs(parameters, query)
  if (body !== null && body.length > 0) readBody(parameters, body, bodyFormat(contentType))
  return parameters
}

function readBody(parameters: Parameters, body: Buffer, format: 'form' | 'json' | null): void {
  if (format === 'form') {
    readPairs(parameters, body.toString('latin1'))
    return
  }
  const text = body.toString('utf8')
  const problem = format === 'json' ? readJson(parameters, body, text) : unsupportedType
  if (problem === null) return
  refuse(parameters, problem)
  findTokenAnyhow(parameters, text)
}

function readJson(parameters: Parameters, body: Buffer, text: string): Refusal | null {
  if (!isUtf8(body)) return unreadable('INVALID_ENCODING', 'The body is not valid UTF-8.')
  return parseJsonObject(text, (name, value) => addParameter(parameters, name, value))
}

const unsupportedType = unreadable(
  'UNSUPPORTED_CONTENT_TYPE',
  'Send the body as application/x-www-form-urlencoded or as application/json, and say which in content-type.',
)

function readPairs(parameters: Parameters, bytes: ByteString): void {
  eachPair(bytes, (start, equals, end) => {
    const name = decodeStrictly(bytes, start, equals)
    if (name === null) {
      parameters.count++
      refuse(parameters, unreadable('INVALID_ENCODING', 'The name of a parameter is not percent-encoded UTF-8.'))
      return
    }
    addParameter(parameters, name, equals < end ? decodeStrictly(bytes, equals + 1, end) : '')
  })
}

/** `value` is null where it could not be decoded. */
function addParameter(parameters: Parameters, name: string, value: string | null): void {
  parameters.count++
  if (name === 'token' && value) parameters.tokens.push(value)
  const problem = problemOf(parameters.count, name, value)
  if (problem !== null) refuse(parameters, problem)
  else if (!value) return
  else if (parameters.values.has(name)) parameters.repeated.add(name)
  else parameters.values.set(name, value)
}

function problemOf(count: number, name: string, value: string | null): Refusal | null {
  if (count > maxParameters) {
    return unreadable('TOO_MANY_PARAMETERS', `A request may have at most ${maxParameters} parameters.`)
  }
  if (name.length > maxNameLength) {
    return unreadable('TOO_LONG', `A parameter's name may have at most ${maxNameLength} characters.`)
  }
  if (!name.isWellFormed()) return unreadable('INVALID_ENCODING', 'The name of a parameter is not valid Unicode.')
  if (controlCharacter.test(name)) {
    return unreadable('INVALID_CHARACTER', 'The name of a parameter has a control character in it.')
  }
  if (value === null) return unreadable('INVALID_ENCODING', 'This value is not percent-encoded UTF-8.', name)
  if (value.length > maxValueLength) {
    return unreadable('TOO_LONG', `A value may have at most ${maxValueLength} characters.`, name)
  }
  if (!value.isWellFormed()) return unreadable('INVALID_ENCODING', 'This value is not valid Unicode.', name)
  if (controlCharacter.test(value)) {
    return unreadable('INVALID_CHARACTER', 'This value has a control character in it.', name)
  }
  return null
}

function refuse(parameters: Parameters, refusal: Refusal): void {
  parameters.refusal ??= refusal
}

/** The body is refused and only its sender is still to be named: broken JSON, or a form that is called something else. */
const anyToken = /"token"\s*:\s*"([^"\\]+)"|(?:^|&)token=([\w.~-]+)/

function findTokenAnyhow(parameters: Parameters, text: string): void {
  if (parameters.tokens.length > 0) return
  const found = anyToken.exec(text)
  const token = found?.[1] ?? found?.[2]
  if (token !== undefined) parameters.tokens.push(token)
}

/** What a body's content-type makes of it; null for what is not read here. */
export function bodyFormat(contentType: string | undefined): 'form' | 'json' | null {
  if (contentType === undefined) return null
  const semicolon = contentType.indexOf(';')
  const type = (semicolon === -1 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase()
  return type === 'application/json' ? 'json' : type === 'application/x-www-form-urlencoded' ? 'form' : null
}
