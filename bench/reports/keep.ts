import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Makes something that is worth keeping between runs, unless the same version of it was made before. `name` is that of
 * the file that says so, beside what is kept; it is written last, so what was left half-made is made anew. Gives what
 * there is to say about it.
 */
export async function keep<Facts>(
  folder: string,
  name: string,
  version: string,
  make: () => Promise<Facts>,
): Promise<Facts> {
  const file = join(folder, `${name}.json`)
  const kept = await readStamp<Facts>(file)
  if (kept?.version === version) return kept.facts
  await mkdir(folder, { recursive: true })
  await rm(file, { force: true })
  const facts = await make()
  await writeFile(`${file}.new`, `${JSON.stringify({ version, facts }, null, 2)}\n`)
  await rename(`${file}.new`, file)
  return facts
}

interface Stamp<Facts> {
  readonly version: string
  readonly facts: Facts
}

async function readStamp<Facts>(file: string): Promise<Stamp<Facts> | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Stamp<Facts> // this version of us wrote it, or its version differs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
