import type { Pipeline } from './pipeline.js'
import type { Rows } from './rows.js'

/**
 * Short reads on one connection of their own, so that those who wait to be let in never wait for reports, or behind
 * connections that hang. It is opened with the first read, and anew when it has broken: a read that finds it broken
 * tries once more.
 */
export interface ShortReads {
  readonly rows: Rows
  /** Lets go of a connection that may hang for ever; the next read opens another. */
  drop(): void
  close(): Promise<void>
}

export function createShortReads(open: () => Promise<Pipeline>): ShortReads {
  let opening: Promise<Pipeline> | null = null

  function drop(broken = opening): void {
    if (opening === broken) opening = null
    // Whatever else waits on it fails too, and tries again.
    broken?.then(({ destroy }) => destroy()).catch(() => undefined)
  }

  async function ask<Row extends object>(sql: string, values: readonly unknown[] | undefined): Promise<Row[]> {
    opening ??= open()
    const mine = opening
    try {
      return await (await mine).rows<Row>(sql, values)
    } catch (error) {
      drop(mine)
      throw error
    }
  }

  return {
    async rows<Row extends object>(sql: string, values?: readonly unknown[]) {
      const known = opening !== null
      try {
        return await ask<Row>(sql, values)
      } catch (error) {
        if (!known) throw error
        return await ask<Row>(sql, values)
      }
    },
    drop: () => drop(),
    async close() {
      await opening?.then((pipeline) => pipeline.close()).catch(() => undefined)
      opening = null
    },
  }
}
