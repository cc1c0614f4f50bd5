import { LRUCache } from 'lru-cache'
import type { Payload, Renderer } from './payload.js'

/** Makes each message once, for all groups that show the same event in the same way and for those who come back for it. */
export type Payloads = (renderer: Renderer, event: string, value: () => object) => Promise<Payload>

const overheadBytes = 300

export function createPayloads(maxBytes: number): Payloads {
  const made = new LRUCache<string, Payload>({
    maxSize: maxBytes,
    sizeCalculation: ({ body }) => body.length + overheadBytes,
  })
  const making = new Map<string, Promise<Payload>>()

  async function make(key: string, renderer: Renderer, value: object): Promise<Payload> {
    try {
      const payload = await renderer.render(value)
      made.set(key, payload)
      return payload
    } finally {
      making.delete(key)
    }
  }

  return (renderer, event, value) => {
    const key = `${renderer.id} ${event}`
    const known = made.get(key)
    if (known !== undefined) return Promise.resolve(known)
    const underWay = making.get(key) ?? make(key, renderer, value())
    making.set(key, underWay)
    return underWay
  }
}
