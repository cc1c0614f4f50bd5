import ipaddr from 'ipaddr.js'
import { badInput } from '../kernel/errors.js'
import { type Preset, presets, type Subs, subNames } from '../kernel/vocabulary.js'

/** Each check gives the value as it is to be kept, or refuses it and names the field. */
const controlCharacter = /\p{Cc}/u
const word = /^[A-Za-z0-9_.-]{1,64}$/
const maxNameCharacters = 200
const maxUrlCharacters = 2_048
const maxTextBytes = 255
const maxAllowedIps = 100
const macro = /\{[a-z0-9_]+\}/g

export function checkName(text: string, field = 'name'): string {
  const name = text.trim()
  if (name === '' || [...name].length > maxNameCharacters) {
    throw badInput(`${field} must have 1 to ${maxNameCharacters} characters.`, field)
  }
  if (controlCharacter.test(name) || !name.isWellFormed())
    throw badInput(`${field} may have no control characters.`, field)
  return name
}

/** A short name that goes into URLs: an affiliate's ref, a goal's event. */
export function checkWord(text: string, field: string): string {
  if (!word.test(text)) throw badInput(`${field} must be 1 to 64 of A-Z a-z 0-9 . _ -`, field)
  return text
}

/** A URL that a visitor is sent to; it may hold macros such as `{click_id}`. */
export function checkUrl(text: string, field: string): string {
  const url = URL.parse(text.replaceAll(macro, 'macro'))
  const isHttp = url?.protocol === 'https:' || url?.protocol === 'http:'
  if (!isHttp || url.host === '' || /\s/.test(text) || controlCharacter.test(text) || !text.isWellFormed()) {
    throw badInput(`${field} must be an http or https URL.`, field)
  }
  if (text.length > maxUrlCharacters) throw badInput(`${field} may have ${maxUrlCharacters} characters.`, field)
  return text
}

export function checkPreset(text: string): Preset {
  const preset = presets.find((known) => known === text)
  if (preset === undefined) throw badInput(`preset must be one of ${presets.join(', ')}.`, 'preset')
  return preset
}

export function checkAllowedIps(texts: readonly string[]): string[] {
  if (texts.length > maxAllowedIps) throw badInput(`allowedIps may have ${maxAllowedIps} entries.`, 'allowedIps')
  for (const [index, text] of texts.entries()) {
    if (!ipaddr.isValidCIDR(text) && !ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) {
      throw badInput('An entry must be an address or a range such as 203.0.113.0/24.', `allowedIps.${index}`)
    }
  }
  return [...new Set(texts)]
}

/** A dimension of a link, as clicks take it over: `''` where none is given. */
export function checkDimension(text: string | null | undefined, field: string): string {
  if (text == null) return ''
  if (Buffer.byteLength(text) > maxTextBytes) throw badInput(`${field} may have ${maxTextBytes} bytes.`, field)
  if (controlCharacter.test(text) || !text.isWellFormed())
    throw badInput(`${field} may have no control characters.`, field)
  return text
}

export function checkSubs(subs: object | null | undefined): Subs {
  const checked = Object.entries(subs ?? {}).map(([name, value]): [string, string] => {
    const field = `subs.${name}`
    if (!subNames.some((known) => known === name)) throw badInput('subs may have sub1 to sub10.', field)
    if (typeof value !== 'string') throw badInput(`${field} must be text.`, field)
    return [name, checkDimension(value, field)]
  })
  return Object.fromEntries(checked.filter(([, value]) => value !== ''))
}

/** What an update is to write: undefined for what it leaves out. Where a field cannot be empty, null is refused. */
export function checkGiven<Value, Checked>(
  value: Value | null | undefined,
  field: string,
  check: (value: Value, field: string) => Checked,
): Checked | undefined {
  if (value === undefined) return undefined
  if (value === null) throw badInput(`${field} cannot be null.`, field)
  return check(value, field)
}
