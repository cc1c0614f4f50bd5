import { fileURLToPath } from 'node:url'
import { type Child, startChild } from './child.js'
import type { Cleanup } from './cleanup.js'
import type { ListSetting } from './list.js'

const benchFolder = fileURLToPath(new URL('../../../bench/', import.meta.url))
const scripts = {
  'ours, rows in memory': new URL('./memory-list-server.js', import.meta.url),
  'bare Fastify': new URL('./bare-list-server.js', import.meta.url),
  Mercurius: new URL(`file://${benchFolder}peers/mercurius-list-server.js`),
} as const

export type ListServerName = keyof typeof scripts

/** A server that answers the list, and no more of the API than that. */
export async function startListServer(
  name: ListServerName,
  setting: ListSetting,
  cleanup: Cleanup,
  nodeOptions: readonly string[] = [],
): Promise<Child> {
  const child = await startChild(
    scripts[name],
    { NODE_ENV: 'production', BENCH_LIST: JSON.stringify(setting) },
    nodeOptions,
  )
  cleanup.add(child.stop)
  return child
}
