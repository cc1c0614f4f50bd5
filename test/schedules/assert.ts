/** Something that must never be was found. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

export function must(holds: boolean, what: string | (() => string)): asserts holds {
  if (!holds) throw new Violation(typeof what === 'string' ? what : what())
}

/** The message says what was, and what should have been. */
export function mustEqual(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== should) throw new Violation(`${what}: ${is}, and not ${should}`)
}
