import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './app.js'

/** A small disk of one's own, or null where we may not mount one. */
export async function mountSmallDisk(megabytes: number): Promise<{ folder: string; unmount(): Promise<void> } | null> {
  const folder = await mkdtemp(join(tmpdir(), 'pulseback-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=755`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    await rm(folder, { recursive: true })
    return null
  }
  return {
    folder,
    async unmount() {
      // A server's last process may hold on to it for a moment longer than its first is there.
      await until(() => spawnSync('umount', [folder]).status === 0, `${folder} to be let go`)
      await rm(folder, { recursive: true })
    },
  }
}

/** Writes to a file until its disk is full. */
export async function fillUp(file: string): Promise<void> {
  const chunk = Buffer.alloc(65_536)
  try {
    for (;;) await writeFile(file, chunk, { flag: 'a' })
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC')
  }
}
