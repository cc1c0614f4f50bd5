import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './app.js'
import { listen } from './listen.js'

/** Whether this machine has the real thing; tests that need it say by name that they are skipped. */
export function hasNatsServer(): boolean {
  return spawnSync('nats-server', ['--version']).status === 0
}

export interface TestNats {
  /** For NATS_URL: every server of the cluster. */
  readonly url: string
  /** Kills the cluster's leader, as if its machine had lost power. */
  killLeader(): Promise<void>
  /** Kills every server that lives still. */
  killAll(): Promise<void>
  stop(): Promise<void>
}

interface Place {
  readonly name: string
  readonly port: number
  readonly clusterPort: number
  readonly monitorPort: number
}

interface Running extends Place {
  readonly child: ChildProcess
}

/**
 * A NATS server of its own on loopback ports, or a cluster of three. Plain NATS has no leader, all servers of a cluster
 * are alike; JetStream has, and is turned on for that alone: so that "the leader" is a server that can be told, and the
 * one whose end the others notice most.
 */
export async function startNats(count: 1 | 3): Promise<TestNats> {
  const folder = await mkdtemp(join(tmpdir(), 'pulseback-nats-'))
  const places = await findPlaces(count)
  const servers = places.map((place) => ({ ...place, child: launch(place, places, folder) }))
  const living = () => servers.filter(({ child }) => child.exitCode === null && child.signalCode === null)

  async function killAll(): Promise<void> {
    await Promise.all(living().map(kill))
  }
  async function stop(): Promise<void> {
    await killAll()
    await rm(folder, { recursive: true, force: true })
  }

  try {
    for (const server of servers) await until(() => isReady(server, count), `${server.name} to be ready`, 60_000)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: servers.map(({ port }) => `nats://127.0.0.1:${port}`).join(','),
    async killLeader() {
      let leader: Running | undefined
      // On a busy machine they may be about to find a new one.
      await until(
        async () => {
          const name = (await readMonitor(living()[0], '/jsz'))?.meta_cluster?.leader
          leader = living().find((server) => server.name === name)
          return leader !== undefined
        },
        'a leader',
        60_000,
      )
      await kill(leader as Running) // it was found
    },
    killAll,
    stop,
  }
}

function launch({ name, port, clusterPort, monitorPort }: Place, all: readonly Place[], folder: string): ChildProcess {
  const loopback = (to: number) => `nats://127.0.0.1:${to}`
  const routes = all.map((place) => loopback(place.clusterPort)).join(',')
  const cluster = ['--cluster_name', 'test', '--cluster', loopback(clusterPort), '--routes', routes]
  const jetStream = ['--jetstream', '--store_dir', join(folder, name), '--server_name', name]
  const listen = ['--addr', '127.0.0.1', '--port', String(port), '--http_port', String(monitorPort)]
  return spawn('nats-server', [...listen, ...jetStream, ...(all.length > 1 ? cluster : [])], { stdio: 'ignore' })
}

/** Free ports, all found before any is let go of, so that no two are the same. */
async function findPlaces(count: number): Promise<Place[]> {
  const holders = Array.from({ length: count * 3 }, () => createServer())
  const ports = await Promise.all(holders.map(listen))
  await Promise.all(holders.map((holder) => once(holder.close(), 'close')))
  return Array.from({ length: count }, (_, index) => {
    const [port = 0, clusterPort = 0, monitorPort = 0] = ports.slice(index * 3)
    return { name: `nats-${index + 1}`, port, clusterPort, monitorPort }
  })
}

async function isReady(server: Running, count: number): Promise<boolean> {
  const { child, name } = server
  if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`)
  const health = await readMonitor(server, '/healthz')
  if (health?.status !== 'ok') return false
  const { meta_cluster } = (await readMonitor(server, '/jsz')) ?? {}
  return count === 1 || (meta_cluster?.leader !== undefined && meta_cluster.cluster_size === count)
}

interface Monitored {
  readonly status?: string
  readonly meta_cluster?: { readonly leader?: string; readonly cluster_size?: number }
}

/** What a server says of itself; null while it does not. */
async function readMonitor(server: Running | undefined, path: string): Promise<Monitored | null> {
  if (server === undefined) return null
  try {
    const answer = await fetch(`http://127.0.0.1:${server.monitorPort}${path}`)
    return (await answer.json()) as Monitored
  } catch {
    return null
  }
}

async function kill({ child }: Running): Promise<void> {
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}
