/** What is told beside an answer, by what it is about, to those who ask for it. */
export interface Explained {
  /** Null: nobody asks, so nobody goes to the trouble. */
  told: Record<string, unknown[]> | null
}
