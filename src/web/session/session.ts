import { ask } from './ask'
import type { SessionTimes, SharedSession, Tabs } from './tabs'

/**
 * Who is signed in. The key that began a session is forgotten at once; its token is kept in memory and nowhere else,
 * and is renewed long before it ends: at half its life, or when a laptop that slept through that wakes up.
 */
export interface Session {
  state(): SessionState
  /** Told of each new state; gives what ends that. */
  subscribe(listener: () => void): () => void
  /** Resolves to what went wrong, in words; null: signed in. */
  signIn(key: string): Promise<string | null>
  signInToDemo(role: DemoRole): Promise<string | null>
  /** Signs out, in all tabs. */
  signOut(): void
  /** The server no longer takes the token. */
  end(why: string): void
  /** A token to send now; null where the session has ended. */
  token(): Promise<string | null>
}

export type DemoRole = 'ADMIN' | 'ADVERTISER' | 'AFFILIATE'

export type SessionState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'signedOut'; readonly why: string | null; readonly demo: readonly DemoRole[] }
  | { readonly kind: 'signedIn'; readonly times: SessionTimes }

const ttlSeconds = 4 * 3_600
const renewAfterMs = (ttlSeconds / 2) * 1_000
const retryRenewalMs = 30_000
const askTabsMs = 150

export const sessionEnded = 'Your session has ended. Sign in again to go on.'
const unreachable = 'The server cannot be reached. Check your connection, then try again.'

export function createSession(tabs: Tabs): Session {
  let state: SessionState = { kind: 'starting' }
  let held: SharedSession | null = null
  let demo: readonly DemoRole[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let renewing: Promise<void> | null = null
  /** Nobody has come in or gone here yet: another tab may still bring who is in, however late it answers. */
  let isNew = true
  const listeners = new Set<() => void>()

  function show(next: SessionState): void {
    state = next
    for (const listener of listeners) listener()
  }

  function hold(session: SharedSession): void {
    isNew = false
    held = session
    clearTimeout(timer)
    timer = setTimeout(renewWhenDue, Math.max(0, session.endsAtMs - renewAfterMs - Date.now()))
    const { beganAtMs, renewedAtMs, endsAtMs } = session
    show({ kind: 'signedIn', times: { beganAtMs, renewedAtMs, endsAtMs } })
  }

  function drop(why: string | null): void {
    isNew = false
    held = null
    clearTimeout(timer)
    show({ kind: 'signedOut', why, demo })
  }

  function end(why: string): void {
    if (held !== null) drop(why)
  }

  async function begin(headers: Record<string, string>, body: object): Promise<string | null> {
    const answer = await post(headers, { ...body, ttlSeconds }).catch(() => null)
    if (answer === null) return unreachable
    if ('message' in answer) return answer.message
    hold({ ...answer, beganAtMs: Date.now(), renewedAtMs: null })
    return null
  }

  async function renew({ token, beganAtMs, endsAtMs }: SharedSession): Promise<void> {
    const answer = await post({ authorization: `Bearer ${token}` }, { ttlSeconds }).catch(() => null)
    // Signed out, or signed in as someone else, while the answer was on its way.
    if (held?.token !== token) return
    if (answer !== null && 'token' in answer) hold({ ...answer, beganAtMs, renewedAtMs: Date.now() })
    else if (answer?.status === 401 || endsAtMs <= Date.now()) end(sessionEnded)
    else timer = setTimeout(renewWhenDue, retryRenewalMs)
  }

  /** Timers stand still while a computer sleeps, so whatever looks like waking up asks too. */
  function renewWhenDue(): void {
    if (held === null || Date.now() < held.endsAtMs - renewAfterMs) return
    clearTimeout(timer)
    renewing ??= renew(held).finally(() => {
      renewing = null
    })
  }
  for (const event of ['online', 'focus', 'pageshow']) window.addEventListener(event, renewWhenDue)
  document.addEventListener('visibilitychange', renewWhenDue)

  tabs.answer({
    session: () => held,
    found: (session) => isNew && session.endsAtMs > Date.now() && hold(session),
    signedOut: () => held !== null && drop('You signed out in another tab.'),
  })

  async function start(): Promise<void> {
    const [shared, roles] = await Promise.all([tabs.ask(askTabsMs), readDemo()])
    demo = roles
    if (isNew && shared !== null && shared.endsAtMs > Date.now()) hold(shared)
    else if (isNew) show({ kind: 'signedOut', why: null, demo })
  }
  void start()

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    signIn: (key) =>
      /^[\x21-\x7e]+$/.test(key)
        ? begin({ authorization: `Bearer ${key}` }, {})
        : Promise.resolve('A key has no spaces or special characters in it: copy it again, whole.'),
    signInToDemo: (role) => begin({}, { demo: role }),
    signOut() {
      tabs.signOut()
      drop(null)
    },
    end,
    async token() {
      renewWhenDue()
      // One that has ended is worth nothing; one that is being renewed early is good still.
      if (held !== null && held.endsAtMs <= Date.now()) await renewing
      return held?.token ?? null
    },
  }
}

type NewSession = Pick<SharedSession, 'token' | 'endsAtMs'>

interface Refusal {
  readonly status: number
  readonly message: string
}

async function post(headers: Record<string, string>, body: object): Promise<NewSession | Refusal> {
  const askedAtMs = Date.now()
  const response = await ask('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    cache: 'no-store',
  })
  const { status } = response
  const answer: { token?: string; message?: string } = await response.json()
  // By our own clock, which may differ from the server's.
  if (answer.token !== undefined) return { token: answer.token, endsAtMs: askedAtMs + ttlSeconds * 1_000 }
  if (status === 401)
    return { status, message: 'This key is not valid here. It may have been revoked, or cut off in copying.' }
  return { status, message: answer.message ?? `The server answered ${status}.` }
}

/** As whom a demo lets in; nobody where this is none. */
async function readDemo(): Promise<readonly DemoRole[]> {
  try {
    const response = await ask('/session')
    const { demo }: { demo: DemoRole[] } = await response.json()
    return demo
  } catch {
    return []
  }
}
