import { badInput } from '../../kernel/errors.js'

/**
 * The parameters of a request, each taken by whoever knows what it means. What nobody has taken is refused by name: a
 * typo must not widen an export.
 *
 * A list is its values with commas between them; a value that has a comma itself is given as `name[]=value`, which is
 * never cut. Either may be repeated, and adds to the list.
 */
export interface AskedParameters {
  /** The value of a parameter that may be given once; null without one. */
  one(name: string): string | null
  list(name: string): string[] | null
  refuseOthers(): void
}

export function readParameters(url: string): AskedParameters {
  const mark = url.indexOf('?')
  const sent = new URLSearchParams(mark === -1 ? '' : url.slice(mark))
  const taken = new Set<string>()
  const all = (name: string): string[] => {
    taken.add(name)
    return sent.getAll(name)
  }
  return {
    one(name) {
      const values = all(name)
      if (values.length > 1) throw badInput(`${name} is given more than once.`, name)
      return values[0] ?? null
    },
    list(name) {
      const parts = all(name).flatMap((value) => value.split(','))
      const whole = all(`${name}[]`)
      return parts.length + whole.length === 0 ? null : [...parts, ...whole]
    },
    refuseOthers() {
      for (const name of sent.keys()) if (!taken.has(name)) throw badInput(`There is no parameter ${name}.`, name)
    },
  }
}
