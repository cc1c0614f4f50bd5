import { Webhook } from 'standardwebhooks'

export interface Signed {
  readonly id?: string
  readonly atMs: number
  readonly body: string
}

/** The headers of a signed request, made by a library that is not ours. */
export function sign(secret: string, { id = 'msg_1', atMs, body }: Signed): Record<string, string> {
  const at = new Date(atMs)
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(atMs / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  }
}
