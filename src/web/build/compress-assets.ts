import { globSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import { builtFolder } from './places.ts'

const toBrotli = promisify(brotliCompress)
const toGzip = promisify(gzip)

/** Beside each file whose name is for ever, what is sent in its place: done once, as small as it gets. */
export async function compressAssets(): Promise<void> {
  const files = globSync('assets/**/*.{js,css,svg,json}', { cwd: builtFolder })
  await Promise.all(
    files.map(async (file) => {
      const path = join(builtFolder, file)
      const bytes = await readFile(path)
      await writeFile(`${path}.br`, await toBrotli(bytes))
      await writeFile(`${path}.gz`, await toGzip(bytes, { level: 9 }))
    }),
  )
}
