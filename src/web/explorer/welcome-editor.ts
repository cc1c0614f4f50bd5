import { type Session, sessionEnded } from '../session/session'
import type { Knock, Scheme, ToEditor, ToPage, Welcome } from './messages'

export interface WelcomedEditor {
  show(scheme: Scheme): void
  close(): void
}

const maxDrafts = 50
const maxDraftCharacters = 1_000_000

/**
 * The page's side of the explorer. The editor is a document of its own, in a frame, and has no session: it is handed a
 * token for each operation, through a channel between the two documents, so that the token is renewed and forgotten in
 * one place and never stands in an address or a storage. Only the frame's own document, of this origin, is answered.
 */
export function welcomeEditor(
  frame: HTMLIFrameElement,
  session: Session,
  drafts: Map<string, string>,
  scheme: () => Scheme,
): WelcomedEditor {
  let port: MessagePort | null = null
  const say = (message: ToEditor) => port?.postMessage(message)

  async function answer(message: ToPage): Promise<void> {
    switch (message.kind) {
      case 'tokenWanted':
        return say({ kind: 'token', token: await session.token() })
      case 'draft':
        return keep(message.name, message.text)
      case 'refused':
        return session.end(sessionEnded)
    }
  }

  function keep(name: string, text: string | null): void {
    drafts.delete(name)
    if (text === null || text.length > maxDraftCharacters) return
    drafts.set(name, text)
    const [oldest] = drafts.keys()
    if (drafts.size > maxDrafts && oldest !== undefined) drafts.delete(oldest)
  }

  function hear({ origin, source, data }: MessageEvent<Partial<Knock> | null>): void {
    if (origin !== location.origin || source !== frame.contentWindow || data?.kind !== 'explorerKnocks') return
    port?.close()
    const channel = new MessageChannel()
    port = channel.port1
    port.onmessage = (event: MessageEvent<ToPage>) => void answer(event.data)
    const welcome: Welcome = { kind: 'explorerWelcome', scheme: scheme(), drafts: Object.fromEntries(drafts) }
    frame.contentWindow?.postMessage(welcome, location.origin, [channel.port2])
  }
  window.addEventListener('message', hear)

  return {
    show: (next) => say({ kind: 'scheme', scheme: next }),
    close() {
      window.removeEventListener('message', hear)
      port?.close()
    },
  }
}
