import { once } from 'node:events'
import { createServer, connect as openConnection, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { listen } from './listen.js'

/**
 * A load balancer at its simplest: each new connection goes to the next node whose /readyz answers 200, and stays
 * there. It asks for every connection, so it knows a drain from the moment on when the node tells of it.
 */
export interface TestProxy {
  readonly url: string
  /** The nodes that connections may go to; may be changed at any time. */
  readonly nodes: { readonly url: string }[]
  close(): Promise<void>
}

export async function startProxy(nodes: { readonly url: string }[]): Promise<TestProxy> {
  const open = new Set<Socket>()
  let turn = 0

  const hold = (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    // `close` follows, and there is no one to tell.
    socket.on('error', () => socket.destroy())
  }

  async function pass(client: Socket): Promise<void> {
    turn += 1
    const first = turn % Math.max(nodes.length, 1)
    for (const node of [...nodes.slice(first), ...nodes.slice(0, first)]) {
      if (!(await isReady(node.url))) continue
      const upstream = await tryToOpen(node.url)
      if (upstream === null) continue
      hold(upstream)
      // What was received is passed on to its end; when one side breaks, so does the other.
      pipeline(client, upstream, client, () => upstream.destroy())
      return
    }
    client.destroy()
  }

  const server = createServer((client) => {
    hold(client)
    pass(client).catch(() => client.destroy())
  })
  const port = await listen(server)

  return {
    url: `http://127.0.0.1:${port}`,
    nodes,
    async close() {
      const closed = once(server.close(), 'close')
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

/** Whether a node says that it takes traffic. One that does not answer does not. */
export async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/readyz`, {
      headers: { connection: 'close' },
      signal: AbortSignal.timeout(10_000),
    })
    await answer.arrayBuffer()
    return answer.status === 200
  } catch {
    return false
  }
}

async function tryToOpen(url: string): Promise<Socket | null> {
  const { hostname, port } = new URL(url)
  const socket = openConnection({ host: hostname, port: Number(port) })
  try {
    await once(socket, 'connect')
    return socket
  } catch {
    return null
  }
}
