/** Where bytes are put, and how far. Whoever writes has made room before. */
export interface Output {
  bytes: Uint8Array
  at: number
}

export function put(out: Output, piece: Uint8Array): void {
  const { bytes } = out
  let { at } = out
  // Pieces are short: a call of `set` would cost more than the loop.
  for (let index = 0; index < piece.length; index += 1, at += 1) bytes[at] = piece[index] as number // within its length
  out.at = at
}

/** Text of ASCII alone: numbers, instants, cursors. */
export function putAscii(out: Output, text: string): void {
  const { bytes } = out
  let { at } = out
  for (let index = 0; index < text.length; index += 1, at += 1) bytes[at] = text.charCodeAt(index)
  out.at = at
}
