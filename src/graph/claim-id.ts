/**
 * graphql-ws knows an operation by its id alone. A client may complete one and use its id again before the first has
 * come to anything; whatever then becomes of the first would be told of the second, and end it or take its place. So
 * each operation claims its id until it has been answered or has taken its place among those that run, and one that has
 * lost it to the next never settles: nothing more is done about it.
 */
export interface Claims {
  /** By id, the newest. Null while there are none, as mostly, on thousands of sockets. */
  claims: Map<string, object> | null
}

export function claimId(state: Claims, id: string, operation: object): void {
  state.claims ??= new Map()
  state.claims.set(id, operation)
}

export const holdsId = ({ claims }: Claims, id: string, operation: object): boolean => claims?.get(id) === operation

export function letIdGo(state: Claims, id: string, operation: object): void {
  if (!holdsId(state, id, operation)) return
  state.claims?.delete(id)
  if (state.claims?.size === 0) state.claims = null
}

/** A promise of its own for each who waits: one for all would remember them all. */
export const neverSettles = (): Promise<never> => new Promise(() => undefined)
