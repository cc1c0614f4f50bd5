/** The place behind the closing quote of the string that opens at `at`, in a text that is known to be JSON. */
export function behindString(text: string, at: number): number {
  let next = at + 1
  while (text[next] !== '"') next += text[next] === '\\' ? 2 : 1
  return next + 1
}
