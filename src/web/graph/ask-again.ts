/** Runs a query again. What goes wrong with it is told by the hook that it is of, so nothing is left to be told here. */
export function askAgain(refetch: () => Promise<unknown>): void {
  refetch().catch(() => undefined)
}
