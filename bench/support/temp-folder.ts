import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { canEnter, serverUser } from '../../src/database/embedded/user.js'
import type { Cleanup } from './cleanup.js'

const tmpfsType = 0x01021994

/** A folder on a real disk: in one that is kept in memory, fsync would cost nothing. */
export async function makeTempFolder(cleanup: Cleanup): Promise<string> {
  const parent = process.env.BENCH_FOLDER ?? (await diskFolder())
  const folder = await mkdtemp(join(parent, 'pulseback-bench-'))
  cleanup.add(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))
  // Under root, PostgreSQL runs as another user, who must find its data in here and not be sent elsewhere.
  await chmod(folder, 0o755)
  const user = await serverUser()
  if (!(await canEnter(user, folder))) {
    throw new Error(`The user "${user.name}" cannot enter ${folder}: name another folder with BENCH_FOLDER.`)
  }
  return folder
}

async function diskFolder(): Promise<string> {
  const { type } = await statfs(tmpdir())
  return type === tmpfsType ? '/var/tmp' : tmpdir()
}
