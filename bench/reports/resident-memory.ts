import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const everyMs = 20

/** How far a process's resident memory rises above what it was, in bytes, while something goes on; null where it cannot be seen. */
export async function measureGrowth<Result>(
  pid: number,
  work: () => Promise<Result>,
): Promise<[Result, number | null]> {
  const before = await readResident(pid)
  let peak = before
  let isOver = false
  const watch = async () => {
    while (!isOver) {
      peak = Math.max(peak ?? 0, (await readResident(pid)) ?? 0)
      await sleep(everyMs)
    }
  }
  const watching = before === null ? Promise.resolve() : watch()
  try {
    const result = await work()
    return [result, before === null || peak === null ? null : peak - before]
  } finally {
    isOver = true
    await watching
  }
}

async function readResident(pid: number): Promise<number | null> {
  if (process.platform !== 'linux') return null
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) * 1024
}
