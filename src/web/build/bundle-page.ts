import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { type BuildOptions, build, type InlineConfig } from 'vite'
import { compressAssets } from './compress-assets.ts'
import { generateDocuments } from './generate-documents.ts'
import { pageFolder, project } from './places.ts'

/** A document of its own, and a bundle too: what it shares with the page would be in pieces that the page has to load. */
const editor: BuildOptions = {
  emptyOutDir: false,
  // It is large, and loaded when the explorer is opened.
  chunkSizeWarningLimit: 5_000,
  rolldownOptions: {
    input: join(pageFolder, 'explorer/editor/editor.html'),
    // What a library tells React's compiler means nothing to a bundler.
    onwarn: (warning, tell) => warning.code !== 'MODULE_LEVEL_DIRECTIVE' && tell(warning),
  },
}

/** Documents, then types, then the bundle: what does not fit the schema or its types is not built. */
export async function bundlePage(): Promise<void> {
  await generateDocuments()
  for (const config of ['src/web', 'src/web/build']) checkTypes(config)
  const page: InlineConfig = { configFile: join(pageFolder, 'vite.config.ts'), logLevel: 'warn' }
  await build(page)
  await build({ ...page, build: editor })
  await compressAssets()
}

function checkTypes(config: string): void {
  const compiler = join(project, 'node_modules/typescript/bin/tsc')
  const { status } = spawnSync(process.execPath, [compiler, '-p', config], { cwd: project, stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}
