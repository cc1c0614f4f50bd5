import { connect, createServer, type Socket } from 'node:net'
import { listen } from './listen.js'

/** A network between clients and a server that can fail in the ways that real ones do. */
export interface BreakableProxy {
  /** The server's address, through here. */
  readonly url: string
  /** How many connections were ever let through. */
  readonly passed: number
  readonly open: number
  /** Resets every connection, with whatever is on its way. */
  breakAll(): void
  /** From now on, until `accept`, nobody gets through; what is open stays open. */
  refuse(): void
  accept(): void
  /** What is open now goes silent, without a sign to either end, until `thaw` brings what was held back. */
  freeze(): void
  /** What clients say on what is open now is held back, and they hear all the same. */
  freezeClients(): void
  thaw(): void
  close(): Promise<void>
}

interface Pair {
  readonly near: Socket
  readonly far: Socket
}

export async function openBreakableProxy(target: string): Promise<BreakableProxy> {
  const { hostname, port } = new URL(target)
  const pairs = new Set<Pair>()
  const state = { passed: 0, refusing: false }

  const proxy = createServer((near) => {
    // Whoever is cut off is told by `close`; there is no one to tell of an error.
    near.on('error', () => {})
    if (state.refusing) return void near.resetAndDestroy()
    state.passed += 1
    const far = connect(Number(port), hostname)
    far.on('error', () => {})
    const pair = { near, far }
    pairs.add(pair)
    near.pipe(far).pipe(near)
    near.once('close', () => end(pair))
    far.once('close', () => end(pair))
  })

  function end(pair: Pair): void {
    pairs.delete(pair)
    pair.near.resetAndDestroy()
    pair.far.resetAndDestroy()
  }

  const ownPort = await listen(proxy)

  return {
    url: `http://127.0.0.1:${ownPort}`,
    get passed() {
      return state.passed
    },
    get open() {
      return pairs.size
    },
    breakAll() {
      for (const pair of [...pairs]) end(pair)
    },
    refuse() {
      state.refusing = true
    },
    accept() {
      state.refusing = false
    },
    freeze() {
      for (const { near, far } of pairs) {
        near.unpipe().pause()
        far.unpipe().pause()
      }
    },
    freezeClients() {
      for (const { near, far } of pairs) near.unpipe(far).pause()
    },
    thaw() {
      for (const { near, far } of pairs) if (near.isPaused()) near.pipe(far).pipe(near)
    },
    async close() {
      for (const pair of [...pairs]) end(pair)
      await new Promise((resolve) => proxy.close(resolve))
    },
  }
}
