import { badInput } from '../../kernel/errors.js'
import { Cursor, DateTime, Decimal, TimeZone } from '../../kernel/scalars.js'
import { subNames } from '../../kernel/vocabulary.js'
import type { AskedParameters } from './parameters.js'

/** Parameters as the values that the queries' inputs are made of. Each refusal names the parameter. */

/** Reads as the API's scalar of this kind does. */
function scalar<Value>(read: (text: unknown) => Value) {
  return (asked: AskedParameters, name: string): Value | null => {
    const text = asked.one(name)
    if (text === null) return null
    try {
      return read(text)
    } catch (error) {
      throw badInput(`${name}: ${error instanceof Error ? error.message : 'not understood'}`, name)
    }
  }
}

export const readTime = scalar((text) => DateTime.parseValue(text))
export const readDecimal = scalar((text) => Decimal.parseValue(text))
export const readTimeZone = scalar((text) => TimeZone.parseValue(text))
export const readCursor = scalar((text) => Cursor.parseValue(text))
export const readText = (asked: AskedParameters, name: string): string | null => asked.one(name)
export const readTexts = (asked: AskedParameters, name: string): string[] | null => asked.list(name)

export function readBoolean(asked: AskedParameters, name: string): boolean | null {
  const word = readWord(['true', 'false'])(asked, name)
  return word === null ? null : word === 'true'
}

export function readCount(asked: AskedParameters, name: string): number | null {
  const text = asked.one(name)
  if (text !== null && !/^\d{1,9}$/.test(text)) throw badInput(`${name} must be a whole number.`, name)
  return text === null ? null : Number(text)
}

export function readWord<Word extends string>(words: readonly Word[]) {
  return (asked: AskedParameters, name: string): Word | null => {
    const text = asked.one(name)
    return text === null ? null : known(words, text, name)
  }
}

export function readWords<Word extends string>(words: readonly Word[]) {
  return (asked: AskedParameters, name: string): Word[] | null =>
    asked.list(name)?.map((text) => known(words, text, name)) ?? null
}

function known<Word extends string>(words: readonly Word[], text: string, name: string): Word {
  const word = words.find((one) => one === text)
  if (word === undefined) throw badInput(`${name} must be of ${words.join(', ')}.`, name)
  return word
}

/** `sub1=spring`, each of them. */
export function readSubFilter(asked: AskedParameters): Record<string, string> | null {
  const given = subNames.flatMap((name) => {
    const text = asked.one(name)
    return text === null ? [] : [[name, text] as const]
  })
  return given.length === 0 ? null : Object.fromEntries(given)
}

/** How each field of a filter is read from the parameter of its name; a field that is forgotten does not compile. */
export type FieldReaders<Filter> = {
  readonly [Field in Exclude<keyof Filter, 'subs'>]-?: (asked: AskedParameters, name: string) => Filter[Field] | null
}

export function readFields<Filter extends object>(
  readers: FieldReaders<Filter>,
  asked: AskedParameters,
): Pick<Filter, keyof FieldReaders<Filter>> {
  const read = Object.entries<(asked: AskedParameters, name: string) => unknown>(readers).map(([name, reader]) => [
    name,
    reader(asked, name),
  ])
  // Each field by its own reader.
  return Object.fromEntries(read) as Pick<Filter, keyof FieldReaders<Filter>>
}
