import { execFile } from 'node:child_process'
import { open, rm } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { median } from './median.js'

const execute = promisify(execFile)

/** What figures depend on, as lines of text. */
export async function describeMachine(postgresVersion: string, dataFolder: string): Promise<string[]> {
  const memory = `${(totalmem() / 1024 ** 3).toFixed(1)} GiB`
  return [
    `Machine: ${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, ${memory}, ${type()} ${release()}`,
    `Already at work on it: a load average of ${loadavg()[0]?.toFixed(2)}`,
    `Disk: an fdatasync of 8 KiB takes ${(await syncMs(dataFolder)).toFixed(2)} ms (median)`,
    `Versions: Node ${process.versions.node}, PostgreSQL ${postgresVersion}`,
    `Commit: ${await commit()}`,
    `Date: ${new Date().toISOString()}`,
  ]
}

const syncs = 100

async function syncMs(folder: string): Promise<number> {
  const file = join(folder, 'sync-trial')
  const handle = await open(file, 'w')
  try {
    const times: number[] = []
    for (let count = 0; count < syncs; count += 1) {
      const startMs = performance.now()
      await handle.write(Buffer.alloc(8_192, count), 0, 8_192, count * 8_192)
      await handle.datasync()
      times.push(performance.now() - startMs)
    }
    return median(times)
  } finally {
    await handle.close()
    await rm(file)
  }
}

async function commit(): Promise<string> {
  try {
    const cwd = import.meta.dirname
    const { stdout: id } = await execute('git', ['rev-parse', '--short=12', 'HEAD'], { cwd })
    const { stdout: changed } = await execute('git', ['status', '--porcelain'], { cwd })
    return id.trim() + (changed === '' ? '' : ', with changes that are not committed')
  } catch {
    return 'unknown'
  }
}
