import { WebSocket } from 'ws'

/** What the server's process takes, in bytes, after a forced collection of its garbage. */
export interface Memory {
  readonly heap: number
  /** Buffers and the like, which the heap only points to. */
  readonly external: number
  readonly resident: number
}

interface Reply {
  readonly id: number
  readonly result?: { readonly result?: { readonly value?: string } }
}

/** Asked over Node's inspector, so that the program under test is the one that is shipped. */
export async function readServerMemory(inspectorPort: number): Promise<Memory> {
  const list = await fetch(`http://127.0.0.1:${inspectorPort}/json/list`)
  const [target] = (await list.json()) as { webSocketDebuggerUrl: string }[]
  if (target === undefined) throw new Error('the server has no inspector')
  const socket = new WebSocket(target.webSocketDebuggerUrl)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  let asked = 0
  const call = (method: string, params: object = {}): Promise<Reply> => {
    asked += 1
    const id = asked
    const { promise, resolve } = Promise.withResolvers<Reply>()
    const hear = (data: unknown) => {
      const reply = JSON.parse(String(data)) as Reply
      if (reply.id !== id) return
      socket.off('message', hear)
      resolve(reply)
    }
    socket.on('message', hear)
    socket.send(JSON.stringify({ id, method, params }))
    return promise
  }
  // Twice: what the first finds to be finalised, the second frees.
  for (let times = 0; times < 2; times += 1) await call('HeapProfiler.collectGarbage')
  const { result } = await call('Runtime.evaluate', { expression: 'JSON.stringify(process.memoryUsage())' })
  socket.close()
  const { heapUsed, external, rss } = JSON.parse(result?.result?.value ?? '{}') as NodeJS.MemoryUsage
  return { heap: heapUsed, external, resident: rss }
}
