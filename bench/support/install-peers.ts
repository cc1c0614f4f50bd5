import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Seen from the compiled file, in `dist/bench/support`. */
export const benchFolder = fileURLToPath(new URL('../../../bench/', import.meta.url))

/** What ours is compared with is no part of the product, so it is fetched when one of these packages is first needed. */
export async function installPeers(packages: readonly string[], say: (line: string) => void): Promise<void> {
  const isThere = (name: string) =>
    access(join(benchFolder, 'node_modules', name)).then(
      () => true,
      () => false,
    )
  if ((await Promise.all(packages.map(isThere))).every(Boolean)) return
  say('installing what ours is compared with (npm ci --prefix bench)')
  try {
    await execute('npm', ['ci', '--prefix', benchFolder])
  } catch (error) {
    throw new Error(`Run "npm ci --prefix bench" where packages can be fetched, then this again.\n${String(error)}`)
  }
}
