import type { ServerResponse } from 'node:http'
import type { Access, Authenticator } from '../access/authenticate.js'
import { unauthenticated } from '../kernel/errors.js'
import { ClientGone } from './send-body.js'

export interface Viewing {
  readonly response: ServerResponse
  readonly authenticator: Authenticator
  readonly access: Access
  /** How often key and session are looked up. */
  readonly everyMs: number
}

/**
 * Throws when nobody is there any more, or may not be: an export can take longer than a key's life, and one whose filter
 * passes nothing writes nothing that would fail.
 */
export function watchViewer({ response, authenticator, access, everyMs }: Viewing): () => Promise<void> {
  let lookedAtMs = performance.now()
  return async () => {
    if (response.destroyed) throw new ClientGone()
    if (performance.now() - lookedAtMs < everyMs) return
    lookedAtMs = performance.now()
    if ((await authenticator.ended([access])).has(access)) throw unauthenticated()
  }
}
