/**
 * graphql-ws knows an operation by its id alone. A client may complete one and use its id again before the first has
 * come to anything; whatever then becomes of the first would be told of the second, and end it or take its place. So
 * each operation claims its id, and one that has lost it to the next never settles: nothing more is done about it.
 */
export interface Claim {
  /** False once the id was used again. */
  isHeld(): boolean
  /** When the operation has been answered, or has taken its place among those that run. */
  letGo(): void
}

export function claimId(claims: Map<string, Claim>, id: string): Claim {
  const claim: Claim = {
    isHeld: () => claims.get(id) === claim,
    letGo() {
      if (claim.isHeld()) claims.delete(id)
    },
  }
  claims.set(id, claim)
  return claim
}

/** A promise of its own for each who waits: one for all would remember them all. */
export const neverSettles = (): Promise<never> => new Promise(() => undefined)
