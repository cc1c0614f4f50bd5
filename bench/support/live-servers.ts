import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Cleanup } from './cleanup.js'
import { type Driven, startDriven } from './driven-child.js'
import { benchFolder } from './install-peers.js'
import { adminKey, environmentFor, stopDatabase } from './pulseback.js'

/** One server that subscribers can connect to, and how they must. */
export interface LiveServer extends Driven {
  readonly name: string
  /** What `connection_init` says; null: bare sockets. */
  readonly connectionParams: object | null
}

export type PeerName = 'bare ws' | 'graphql-ws' | 'Mercurius'

const execute = promisify(execFile)
const liveServer = new URL('./live-server.js', import.meta.url)
const peerScripts: Readonly<Record<PeerName, string>> = {
  'bare ws': 'broadcast-server.js',
  'graphql-ws': 'graphql-ws-server.js',
  Mercurius: 'mercurius-server.js',
}

/** Both ends of every connection need a file; Node raises its own limit as far as the system lets it. */
export async function assertOpenFiles(sockets: number): Promise<void> {
  const { stdout } = await execute('sh', ['-c', 'ulimit -Hn'])
  const limit = stdout.trim() === 'unlimited' ? Number.POSITIVE_INFINITY : Number(stdout)
  const needed = sockets + 500
  if (limit < needed) throw new Error(`A process may open ${limit} files, ${needed} are needed: ulimit -n ${needed}`)
}

export async function startPeer(
  name: PeerName,
  cleanup: Cleanup,
  options: readonly string[] = [],
): Promise<LiveServer> {
  const script = new URL(`file://${benchFolder}peers/${peerScripts[name]}`)
  const child = await startDriven(script, { NODE_ENV: 'production' }, options)
  cleanup.add(child.stop)
  return { ...child, name, connectionParams: name === 'bare ws' ? null : {} }
}

export async function startOurs(
  dataDir: string,
  cleanup: Cleanup,
  options: readonly string[] = [],
): Promise<LiveServer> {
  cleanup.add(() => stopDatabase(join(dataDir, 'postgres')))
  const child = await startDriven(liveServer, environmentFor(dataDir), options)
  cleanup.add(child.stop)
  return { ...child, name: 'ours', connectionParams: { authorization: `Bearer ${adminKey}` } }
}

export async function startSubscribers(cleanup: Cleanup): Promise<Driven> {
  const child = await startDriven(new URL('./subscribers.js', import.meta.url))
  cleanup.add(child.stop)
  return child
}
