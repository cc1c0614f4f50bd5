import { Button } from '@mantine/core'
import facts from '../controls/facts.module.css'
import { useFormats } from '../figures/formats'
import { useViewer } from '../graph/use-viewer'
import { useSession, useSessionState } from '../session/use-session'
import { roleNames } from '../shell/role-names'
import classes from './form.module.css'
import { SettingsFrame } from './settings-frame'

/** What this browser knows of its session. The server keeps no list of them: a session stands and falls with its key. */
export default function ThisSession() {
  const session = useSession()
  const state = useSessionState()
  const { role, advertiser, affiliate, workspace } = useViewer()
  const { dayAndTime } = useFormats()
  if (state.kind !== 'signedIn') return null
  const { beganAtMs, renewedAtMs, endsAtMs } = state.times
  const who = advertiser ?? affiliate
  return (
    <SettingsFrame title="This session" note={`Times are in ${workspace.timeZone}.`}>
      <dl className={facts.facts}>
        <dt>Signed in as</dt>
        <dd>{who === null ? roleNames[role] : `${who.name}, ${roleNames[role].toLowerCase()}`}</dd>
        <dt>Since</dt>
        <dd>{dayAndTime(beganAtMs)}</dd>
        <dt>Last renewed</dt>
        <dd>{renewedAtMs === null ? 'Not yet' : dayAndTime(renewedAtMs)}</dd>
        <dt>Ends</dt>
        <dd>{dayAndTime(endsAtMs)}, unless it is renewed before; an open page does that by itself</dd>
      </dl>
      <p className={classes.note}>
        A session lives in the memory of this browser’s tabs and nowhere else; the server keeps no list of them. All
        sessions of a key end when the key is revoked.
      </p>
      <div className={classes.ways}>
        <Button mt="md" variant="default" onClick={session.signOut}>
          Sign out in all tabs
        </Button>
      </div>
    </SettingsFrame>
  )
}
