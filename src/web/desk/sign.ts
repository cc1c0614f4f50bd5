/** The three headers of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, by what follows `whsec_`. */
export async function signedHeaders(secret: string, body: string): Promise<Readonly<Record<string, string>>> {
  const id = `msg_${crypto.randomUUID()}`
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytesOf(secret), algorithm, false, ['sign'])
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(`${id}.${timestamp}.${body}`))
  const text = btoa(String.fromCharCode(...new Uint8Array(signature)))
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${text}` }
}

/** Browsers sign for https and localhost only. */
export const canSign = () => 'subtle' in crypto

export function isSigningSecret(text: string): boolean {
  try {
    return bytesOf(text).length > 0
  } catch {
    return false
  }
}

const bytesOf = (secret: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(secret.trim().replace(/^whsec_/, '')), (letter) => letter.charCodeAt(0))
