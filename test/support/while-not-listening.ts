/**
 * Begins something that the system answers at once, and then holds this process up for so long: timers are due before
 * the answer is read.
 */
export async function whileNotListening<Result>(begin: () => Promise<Result>, heldUpMs: number): Promise<Result> {
  // From here timers are next, before anything is read.
  await new Promise((resolve) => setImmediate(resolve))
  const begun = begin()
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, heldUpMs)
  return begun
}
