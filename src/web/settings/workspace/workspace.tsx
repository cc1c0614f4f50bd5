import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import facts from '../../controls/facts.module.css'
import { RenameWorkspaceDocument } from '../../generated/settings/workspace/workspace'
import { useViewer } from '../../graph/use-viewer'
import { useNotices } from '../../notices/notices'
import classes from '../form.module.css'
import { SettingsFrame } from '../settings-frame'
import { useChange } from '../use-change'

/** The tenant itself: what it is called, and what its books are kept in. */
export default function Workspace() {
  const { role, workspace } = useViewer()
  return (
    <SettingsFrame title="Workspace">
      {role === 'ADMIN' && <Rename />}
      <dl className={facts.facts}>
        {role !== 'ADMIN' && (
          <>
            <dt>Name</dt>
            <dd>{workspace.name}</dd>
          </>
        )}
        <dt>Currency</dt>
        <dd>{workspace.currency}</dd>
        <dt>Time zone</dt>
        <dd>{workspace.timeZone}</dd>
        <dt>Id</dt>
        <dd>
          <code>{workspace.id}</code>
        </dd>
      </dl>
      <p className={classes.note}>
        Currency and time zone were set when the workspace was made, and stay: all that is booked is in that currency,
        and figures are kept by that zone’s days. A report may still ask for the days of any other zone.
      </p>
    </SettingsFrame>
  )
}

function Rename() {
  const { workspace } = useViewer()
  const notices = useNotices()
  const [name, setName] = useState(workspace.name)
  const { change, isBusy, wrongWith, otherwise } = useChange()

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    const done = await change(RenameWorkspaceDocument, { input: { name } })
    if (done === null) return
    setName(done.updateWorkspace.name)
    notices.say(`The workspace is called “${done.updateWorkspace.name}” now.`)
  }

  return (
    <form className={classes.form} noValidate onSubmit={(event) => void submit(event)}>
      <TextInput
        label="Name"
        description="What everyone sees at the top of this page; nothing else hangs on it"
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        error={wrongWith('name') ?? otherwise(['name'])}
        maxLength={200}
      />
      <div className={classes.ways}>
        <Button type="submit" loading={isBusy} disabled={name.trim() === workspace.name}>
          Save
        </Button>
      </div>
    </form>
  )
}
