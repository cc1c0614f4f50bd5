/** One row of COPY's binary format: where each field begins in `bytes`, and how long it is; −1 for NULL. */
export interface CopyRow {
  bytes: Buffer
  readonly starts: number[]
  readonly lengths: number[]
  /** All that the row takes. */
  size: number
}

/** The signature, flags and the length of an extension that there has never been. */
const headerBytes = 19

/**
 * Reads COPY's binary format as it comes, in pieces cut anywhere, and hands each row to `take`. The row is one and the
 * same object every time.
 */
export function createCopyReader(take: (row: CopyRow) => void): (piece: Buffer) => void {
  const row: CopyRow = { bytes: Buffer.alloc(0), starts: [], lengths: [], size: 0 }
  // One buffer for all that comes: new ones for each piece would keep the collector busy.
  let bytes = Buffer.allocUnsafeSlow(128 * 1024)
  let filled = 0
  let begun = false

  function append(piece: Buffer): void {
    if (filled + piece.length > bytes.length) {
      const larger = Buffer.allocUnsafeSlow(2 * (filled + piece.length))
      bytes.copy(larger, 0, 0, filled)
      bytes = larger
    }
    piece.copy(bytes, filled)
    filled += piece.length
  }

  return (piece) => {
    append(piece)
    let at = 0
    if (!begun && filled >= headerBytes) {
      begun = true
      at = headerBytes
    }
    row.bytes = bytes
    while (begun) {
      const end = readRow(row, bytes, at, filled)
      if (end === -1) break
      row.size = end - at
      take(row)
      at = end
    }
    bytes.copyWithin(0, at, filled)
    filled -= at
  }
}

/** Where the row at `at` ends; −1 if it is not all there, or is the mark of the end. */
function readRow({ starts, lengths }: CopyRow, bytes: Buffer, at: number, filled: number): number {
  if (filled < at + 2) return -1
  const fields = bytes.readInt16BE(at)
  if (fields === -1) return -1
  let next = at + 2
  for (let field = 0; field < fields; field += 1) {
    if (filled < next + 4) return -1
    const length = bytes.readInt32BE(next)
    next += 4
    starts[field] = next
    lengths[field] = length
    if (length > 0) next += length
  }
  return next > filled ? -1 : next
}
