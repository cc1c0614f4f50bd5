/** When a session began and was last renewed, and when it ends unless it is renewed again; by the browser's clock. */
export interface SessionTimes {
  readonly beganAtMs: number
  /** Null: not yet. */
  readonly renewedAtMs: number | null
  readonly endsAtMs: number
}

/** A token and its session's times, as this page's tabs tell each other. */
export interface SharedSession extends SessionTimes {
  readonly token: string
}

/**
 * What the page's tabs tell each other, from memory to memory: so a link opened in a new tab is signed in, and so is a
 * page that was loaded again while another was open. Only pages of this origin hear it, and nothing is written down.
 */
export interface Tabs {
  /** The session of another tab, if one answers in time; one that is late is told to `found`. */
  ask(patienceMs: number): Promise<SharedSession | null>
  answer(own: { session(): SharedSession | null; found(session: SharedSession): void; signedOut(): void }): void
  signOut(): void
}

type Message =
  | { readonly kind: 'asks' }
  | { readonly kind: 'has'; readonly session: SharedSession }
  | { readonly kind: 'signedOut' }

export function createTabs(): Tabs {
  const channel = new BroadcastChannel('pulseback-session')
  const say = (message: Message) => channel.postMessage(message)
  const hear = (listener: (message: Message) => void, options: AddEventListenerOptions = {}) =>
    channel.addEventListener('message', ({ data }: MessageEvent<Message>) => listener(data), options)

  return {
    ask(patienceMs) {
      const { promise, resolve } = Promise.withResolvers<SharedSession | null>()
      const heard = new AbortController()
      hear((message) => message.kind === 'has' && resolve(message.session), { signal: heard.signal })
      setTimeout(resolve, patienceMs, null)
      say({ kind: 'asks' })
      return promise.finally(() => heard.abort())
    },
    answer({ session, found, signedOut }) {
      hear((message) => {
        const own = session()
        if (message.kind === 'asks' && own !== null) say({ kind: 'has', session: own })
        if (message.kind === 'has') found(message.session)
        if (message.kind === 'signedOut') signedOut()
      })
    },
    signOut: () => say({ kind: 'signedOut' }),
  }
}
