import { statfsSync } from 'node:fs'
import { totalmem } from 'node:os'

const MiB = 1024 * 1024

/**
 * Parallel queries share memory through /dev/shm, and containers have a tiny one, in which such a query fails. System V
 * segments do not live there.
 */
const dynamicSharedMemory = (): string => {
  if (process.platform !== 'linux') return 'posix'
  try {
    const { bsize, blocks } = statfsSync('/dev/shm')
    return bsize * blocks >= 256 * MiB ? 'posix' : 'sysv'
  } catch {
    return 'sysv'
  }
}

const sharedBuffers = (): string => {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
  return memory >= 4096 * MiB ? '256MB' : '128MB'
}

const quoted = (path: string): string => `"${path.replaceAll('"', '""')}"`

/** On the command line, so that no file in the data folder goes stale; `overrides` win. */
export const serverArguments = (
  folder: string,
  socketFolder: string,
  tcpPort: number | null,
  overrides: Record<string, string>,
): string[] => {
  const settings: Record<string, string> = {
    // Nobody can reach it but through the socket, and only its owner can reach that; with a port, who is on this machine
    // and has a password.
    listen_addresses: tcpPort === null ? '' : loopback,
    port: String(tcpPort ?? serverPort),
    unix_socket_directories: quoted(socketFolder),
    unix_socket_permissions: '0700',
    max_connections: '100',
    // What has been acknowledged survives a power cut.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    wal_compression: 'pglz',
    max_wal_size: '2GB',
    checkpoint_completion_target: '0.9',
    shared_buffers: sharedBuffers(),
    dynamic_shared_memory_type: dynamicSharedMemory(),
    // A container without a share in the host's huge pages is killed for touching one.
    huge_pages: 'off',
    // Costs more than it gains on short queries.
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_destination: 'stderr',
    logging_collector: 'off',
    cluster_name: 'pulseback',
    ...overrides,
  }
  return ['-D', folder, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** Part of the socket's name only, unless it answers at a port of its own. */
export const serverPort = 5432
export const loopback = '127.0.0.1'
