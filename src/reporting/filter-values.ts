import { badInput } from '../kernel/errors.js'
import { decodeId, type Id, type IdPrefix } from '../kernel/ids.js'
import { subNames } from '../kernel/vocabulary.js'

const maxListed = 1_000

/** A list that a filter names, as long as it may be; null where it names none. */
export function limitedList<Value>(
  values: readonly Value[] | null | undefined,
  field: string,
): readonly Value[] | null {
  if (values == null) return null
  if (values.length > maxListed) throw badInput(`${field} takes at most ${maxListed} values.`, field)
  for (const value of values) if (typeof value === 'string') checkText(value, field)
  return values
}

/** The database keeps no text with these, and takes none to compare with. */
export function checkText(value: string, field: string): void {
  if (value.includes('\0') || !value.isWellFormed()) throw badInput(`${field} has a character that no text has.`, field)
}

/** The ids among these texts. What is no id at all is answered as an unknown one: it matches nothing. */
export const knownIds = <Prefix extends IdPrefix>(prefix: Prefix, texts: readonly string[]): Id<Prefix>[] =>
  texts.map((text) => decodeId(prefix, text)).filter((id) => id !== null)

/** Sub-ids asked for: `{"sub1": "a"}`; anything else is refused, so that a typo does not widen a report. */
export function readSubs(subs: object | null | undefined): Record<string, string> {
  const read: Record<string, string> = {}
  for (const [name, value] of Object.entries(subs ?? {})) {
    if (!(subNames as readonly string[]).includes(name)) throw badInput('subs takes sub1 to sub10.', 'subs')
    if (typeof value !== 'string') throw badInput(`subs.${name} must be text.`, 'subs')
    checkText(value, 'subs')
    read[name] = value
  }
  return read
}
