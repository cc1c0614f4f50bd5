import type { Sending } from './asked-export.js'
import type { ExportConnections, ExportSession } from './connections.js'
import { type Chunks, createChunks } from './encoding/chunks.js'
import { createCopyReader } from './encoding/copy-rows.js'
import type { RowWriter } from './encoding/row-writer.js'
import type { ExportLimits } from './limits.js'
import { createLiterals } from './literals.js'

/**
 * A way through many rows in the order of a key, in pages. Each page is read in a snapshot of its own, that ends before
 * anything of the page is sent; so what a page shows must not depend on when it is read. That is what `where` sees to: it
 * asks of each row how it stood at one position of the ledger, and leaves out what came later.
 */
export interface Walk {
  /** The table that is walked through, and its key. */
  readonly table: string
  readonly key: string
  readonly keyType: 'uuid' | 'bigint'
  /** Conditions on that table that its index serves, for what a page looks through is counted out with these alone. */
  readonly walked: readonly string[]
  /** The table, with whatever is read beside it. */
  readonly from: string
  readonly where: readonly string[]
}

/** The same way, no further than it leads at this moment: who walks must not run after those who add. */
export async function boundWalk(walk: Walk, { rows }: ExportSession): Promise<Walk> {
  const { table, key, keyType, walked } = walk
  const [last] = await rows<{ key: string }>(
    `select ${key} as key from ${table} where ${walked.join(' and ')} order by ${key} desc limit 1`,
  )
  const end = last === undefined ? 'false' : `${key} <= ${createLiterals().bind(last.key, keyType)}`
  return { ...walk, walked: [...walked, end] }
}

export interface PageOptions {
  readonly connections: ExportConnections
  readonly limits: ExportLimits
  /** What is read of each row. */
  readonly fields: readonly string[]
  readonly writer: RowWriter
  readonly mayGoOn: Sending['mayGoOn']
}

interface Page {
  readonly chunks: readonly Uint8Array[]
  /** The key behind which to go on; null: this was the last. */
  readonly end: string | null
}

const minPageRows = 50
const statementTimeout = '57014'

/**
 * The rows as chunks of text, each good until the next is asked for. While a page is sent, the next one is read, and no
 * more: who takes nothing makes us read nothing.
 */
export async function* walkPages(walk: Walk, options: PageOptions): AsyncGenerator<Uint8Array> {
  const { limits, mayGoOn } = options
  const chunks = createChunks()
  let pageRows = limits.firstPageRows

  async function read(after: string | null): Promise<Page> {
    await mayGoOn()
    for (;;) {
      try {
        const page = await readPage(walk, options, chunks, after, pageRows)
        const bytes = page.chunks.reduce((sum, chunk) => sum + chunk.length, 0)
        if (bytes > limits.pageBytes) pageRows = Math.max(minPageRows, Math.floor(pageRows / 2))
        else if (bytes < limits.pageBytes / 2) pageRows = Math.min(limits.maxPageRows, pageRows * 2)
        return page
      } catch (error) {
        chunks.drop()
        // The same rows again, fewer of them: a page is the same whenever it is read.
        if (!isTooSlow(error) || pageRows <= minPageRows) throw error
        pageRows = Math.max(minPageRows, Math.floor(pageRows / 4))
      }
    }
  }

  let coming: Promise<Page> | null = read(null)
  try {
    while (coming !== null) {
      const page: Page = await coming
      coming = page.end === null ? null : read(page.end)
      // If it fails, that is met when it is its turn.
      coming?.catch(() => undefined)
      yield* chunks.lend(page.chunks)
    }
  } finally {
    // Whoever ends early waits until nothing is being read any more.
    await coming?.catch(() => undefined)
  }
}

const isTooSlow = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === statementTimeout

function readPage(
  { table, key, keyType, walked, from, where }: Walk,
  { connections, fields, writer }: PageOptions,
  chunks: Chunks,
  after: string | null,
  pageRows: number,
): Promise<Page> {
  const at = createLiterals()
  const ahead = after === null ? walked : [...walked, `${key} > ${at.bind(after, keyType)}`]
  return connections.inSnapshot(async ({ rows, copy }) => {
    const [last] = await rows<{ key: string }>(
      `select ${key} as key from ${table} where ${ahead.join(' and ')} order by ${key} offset ${pageRows - 1} limit 1`,
    )
    const end = last?.key ?? null
    const page = end === null ? ahead : [...ahead, `${key} <= ${at.bind(end, keyType)}`]
    const read = createCopyReader((row) => {
      chunks.makeRoom(writer.room(row.size))
      writer.write(row, chunks.out)
    })
    const query = `select ${fields.join(', ')} from ${from} where ${[...page, ...where].join(' and ')} order by ${key}`
    await copy(query, read)
    return { chunks: chunks.take(), end }
  })
}
