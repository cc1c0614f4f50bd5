import { setTimeout as pause } from 'node:timers/promises'
import { openRawSocket } from '../../support/raw-socket.js'
import { adminKey } from '../../support/server.js'
import type { Fault } from '../fault.js'
import type { World } from '../world.js'

const each = 50
const measuredMs = 8_000
const maxGrowthBytes = 64 * 2 ** 20
/** So much a change that what nobody reads has soon filled the buffers of the system. */
const feed = `subscription { conversions { ${Array.from({ length: 9 }, (_, index) => `a${index}: conversion { id campaign { id name destinationUrl } }`).join(' ')} } }`

/** They take nothing any more and say nothing: what waits for them is bounded, and the others notice nothing. */
export const stalledSockets: Fault = {
  name: 'stalled-sockets',
  what: `${each} sockets that read nothing any more, beside ${each} that do`,
  async run({ open, after }) {
    const world = await open({ environment: { SLOW_READER_SECONDS: '5' }, thinkMs: 20 })
    const healthy = await subscribe(world, after)
    const alone = await measure(healthy)
    const before = world.first.residentBytes()
    const stalled = await subscribe(world, after)
    for (const { socket } of stalled) socket.pause()
    const beside = await measure(healthy)
    const growth = world.first.residentBytes() - before
    world.note('memory', `+${Math.round(growth / 2 ** 20)} MB`)
    world.note('messages to the healthy', `${alone.count} alone, ${beside.count} beside`)
    world.note('p99 between two messages', `${alone.p99Ms.toFixed(0)} ms alone, ${beside.p99Ms.toFixed(0)} ms beside`)
    if (growth > maxGrowthBytes) world.find('other', `memory grew by ${growth} bytes`)
    for (const reader of healthy) if (reader.isClosed) world.find('I4', 'a healthy socket was sent away')
    return world
  },
}

interface Reader {
  readonly socket: Awaited<ReturnType<typeof openRawSocket>>
  readonly gapsMs: number[]
  isClosed: boolean
}

async function subscribe({ first }: World, after: (step: () => Promise<unknown>) => void): Promise<Reader[]> {
  const readers: Reader[] = []
  for (let index = 0; index < each; index += 1) {
    const gapsMs: number[] = []
    let lastMs = 0
    const hear = () => {
      const nowMs = performance.now()
      if (lastMs > 0) gapsMs.push(nowMs - lastMs)
      lastMs = nowMs
    }
    const socket = await openRawSocket(first.url, { key: adminKey, hear })
    after(async () => socket.destroy())
    const reader: Reader = { socket, gapsMs, isClosed: false }
    socket.closed.then(
      () => {
        reader.isClosed = true
      },
      () => undefined,
    )
    socket.send({ id: '1', type: 'subscribe', payload: { query: feed } })
    readers.push(reader)
  }
  return readers
}

/** How long these had to wait for their next message, while the load stayed the same. */
async function measure(readers: readonly Reader[]): Promise<{ count: number; p99Ms: number }> {
  for (const { gapsMs } of readers) gapsMs.length = 0
  await pause(measuredMs)
  const all = readers.flatMap(({ gapsMs }) => gapsMs).sort((one, other) => one - other)
  return { count: all.length, p99Ms: all[Math.floor(all.length * 0.99)] ?? 0 }
}
