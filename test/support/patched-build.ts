import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A change of the built program, as text. The program itself knows nothing of any. */
export interface Patch {
  /** Below `dist`. */
  readonly file: string
  /** What is there exactly once. */
  readonly from: string
  readonly to: string
}

const root = fileURLToPath(new URL('../../../', import.meta.url))
/** What the program needs to run. */
const ofProgram: readonly string[] = ['src', 'migrations', 'web']

/** A copy of these parts of `dist`, in a place of its own, with these changes. */
export async function buildPatched(patches: readonly Patch[], parts = ofProgram) {
  const folder = await mkdtemp(join(tmpdir(), 'pulseback-patched-'))
  const dist = join(folder, 'dist')
  for (const part of parts) await cp(join(root, 'dist', part), join(dist, part), { recursive: true })
  for (const file of ['package.json', 'schema.graphql']) await cp(join(root, file), join(folder, file))
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const patch of patches) await writeFile(join(dist, patch.file), await applied(patch, dist))
  return {
    dist,
    program: join(dist, 'src/main.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}

/** The text of its file with the change made, as it is in `dist`; fails where it does not fit the program any more. */
export async function applied({ file, from, to }: Patch, dist = join(root, 'dist')): Promise<string> {
  const text = await readFile(join(dist, file), 'utf8')
  const times = text.split(from).length - 1
  if (times !== 1) throw new Error(`${file} has ${JSON.stringify(from)} ${times} times: the patch is to be mended`)
  return text.replace(from, () => to)
}
