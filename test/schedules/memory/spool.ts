import { unavailable } from '../../../src/kernel/errors.js'
import type { Spool, SpooledEntry } from '../../../src/spool/spool.js'
import { toStoredEntry } from '../../../src/spool/stored-entry.js'

/** A disk: what was written to it is there for the next who opens it, however the last one ended. */
export interface Disk {
  entries: SpooledEntry[]
  readonly setAside: { readonly entry: SpooledEntry; readonly reason: string }[]
  /** The next write finds no room. */
  failsNext: boolean
  written: number
  /** The clicks whose visitors were sent on. */
  readonly promised: Set<string>
}

export const createDisk = (): Disk => ({ entries: [], setAside: [], failsNext: false, written: 0, promised: new Set() })

/** In the place of a file of SQLite: all of a write is there when it returns, or nothing. */
export function openMemorySpool(disk: Disk): Spool {
  const remove = (gone: readonly SpooledEntry[]) => {
    const numbers = new Set(gone.map(({ number }) => number))
    disk.entries = disk.entries.filter(({ number }) => !numbers.has(number))
  }
  return {
    get entries() {
      return disk.entries.length
    },
    entriesOf: (workspaceId) => disk.entries.filter((entry) => entry.workspaceId === workspaceId).length,
    bytes: 0,
    oldestAtMs: null,
    takesMore: true,
    write(entries) {
      if (disk.failsNext) {
        disk.failsNext = false
        throw unavailable()
      }
      for (const { workspaceId, entry } of entries) {
        disk.written += 1
        if (entry.kind === 'click') disk.promised.add(entry.click.id)
        disk.entries.push({ number: disk.written, workspaceId, body: toStoredEntry(entry) })
      }
    },
    oldest: (limit) => disk.entries.slice(0, limit),
    remove,
    setAside(entry, reason) {
      disk.setAside.push({ entry, reason })
      remove([entry])
    },
    get setAsideCount() {
      return disk.setAside.length
    },
    shrink() {},
    close() {},
  }
}
