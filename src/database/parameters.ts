/** Gathers the values of a statement that is put together from parts; `bind` gives the placeholder. */
export interface Parameters {
  readonly values: readonly unknown[]
  /** The placeholder for a value, with its type, so that the server never has to guess. */
  bind(value: unknown, type: string): string
}

export function createParameters(): Parameters {
  const values: unknown[] = []
  return {
    values,
    bind(value, type) {
      values.push(value)
      return `$${values.length}::${type}`
    },
  }
}
