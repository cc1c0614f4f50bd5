import { Button, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Logo } from '../shell/logo'
import type { DemoRole } from './session'
import classes from './sign-in.module.css'
import { useSession } from './use-session'

const demoNames: Record<DemoRole, string> = {
  ADMIN: 'As the admin',
  ADVERTISER: 'As an advertiser',
  AFFILIATE: 'As an affiliate',
}

/** The way in: a key, or a click where the server is a demo. `why` says what ended the session before. */
export function SignIn({ why, demo }: { why: string | null; demo: readonly DemoRole[] }) {
  const session = useSession()
  const [busy, setBusy] = useState<DemoRole | 'KEY' | null>(null)
  const [problem, setProblem] = useState<string | null>(null)

  async function attempt(who: DemoRole | 'KEY', begin: () => Promise<string | null>) {
    setBusy(who)
    setProblem(null)
    const refused = await begin()
    // Otherwise this screen is gone.
    if (refused === null) return
    setBusy(null)
    setProblem(refused)
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const key = String(new FormData(event.currentTarget).get('key') ?? '').trim()
    if (key === '') return setProblem('Paste a key first.')
    void attempt('KEY', () => session.signIn(key))
  }

  return (
    <main className={classes.screen}>
      <title>Sign in · Pulseback</title>
      <div className={classes.panel}>
        <h1 className={classes.title}>
          <Logo /> Pulseback
        </h1>
        {why !== null && (
          <p className={classes.why} role="status">
            {why}
          </p>
        )}
        <form onSubmit={submit} noValidate>
          {/* For password managers, which keep a key under a name. */}
          <input className={classes.name} name="username" autoComplete="username" defaultValue="Pulseback" hidden />
          <PasswordInput
            name="key"
            label="Access key"
            description="The server’s first start printed an admin key; an admin makes others."
            placeholder="pb_…"
            autoComplete="current-password"
            autoFocus
            spellCheck={false}
            error={problem}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the key', tabIndex: 0 }}
          />
          <Button type="submit" fullWidth mt="md" loading={busy === 'KEY'} disabled={busy !== null}>
            Sign in
          </Button>
        </form>
        {demo.length > 0 && (
          <section className={classes.demo} aria-labelledby="demo">
            <h2 id="demo" className={classes.demoTitle}>
              This is a demo: look around without a key
            </h2>
            <div className={classes.demoWays}>
              {demo.map((role) => (
                <Button
                  key={role}
                  variant="default"
                  loading={busy === role}
                  disabled={busy !== null}
                  onClick={() => void attempt(role, () => session.signInToDemo(role))}
                >
                  {demoNames[role]}
                </Button>
              ))}
            </div>
          </section>
        )}
        <p className={classes.note}>
          Nothing is stored on this computer: the session lives in this tab’s memory. Loading the page again ends it,
          unless another tab is open. A password manager can keep the key.
        </p>
      </div>
    </main>
  )
}
