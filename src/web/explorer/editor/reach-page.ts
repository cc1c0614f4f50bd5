import type { Drafts, Scheme, ToEditor, ToPage, Welcome } from '../messages'

/** The page around this document, as the editor sees it. */
export interface SurroundingPage {
  /** What was kept when this editor was last open. */
  readonly drafts: Drafts
  /** To send with the next request; null where the session has ended. */
  token(): Promise<string | null>
  keep(name: string, text: string | null): void
  refused(): void
  scheme(): Scheme
  onScheme(listener: () => void): () => void
}

/** Null where there is none: this document was opened by itself. */
export function reachPage(): Promise<SurroundingPage> | null {
  const { parent } = window
  if (parent === window) return null
  const { promise, resolve } = Promise.withResolvers<SurroundingPage>()
  const heard = new AbortController()
  const hear = ({ origin, source, data, ports }: MessageEvent<Partial<Welcome> | null>) => {
    const [port] = ports
    if (origin !== location.origin || source !== parent || data?.kind !== 'explorerWelcome' || port === undefined)
      return
    heard.abort()
    resolve(talkTo(port, data as Welcome)) // its kind tells
  }
  window.addEventListener('message', hear, { signal: heard.signal })
  parent.postMessage({ kind: 'explorerKnocks' }, location.origin)
  return promise
}

function talkTo(port: MessagePort, { scheme, drafts }: Welcome): SurroundingPage {
  let shown = scheme
  const waiting: ((token: string | null) => void)[] = []
  const listeners = new Set<() => void>()
  const say = (message: ToPage) => port.postMessage(message)
  port.onmessage = ({ data }: MessageEvent<ToEditor>) => {
    if (data.kind === 'token') return waiting.shift()?.(data.token)
    shown = data.scheme
    for (const listener of listeners) listener()
  }
  return {
    drafts,
    token: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
        say({ kind: 'tokenWanted' })
      }),
    keep: (name, text) => say({ kind: 'draft', name, text }),
    refused: () => say({ kind: 'refused' }),
    scheme: () => shown,
    onScheme(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
