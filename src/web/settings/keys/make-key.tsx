import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Choice } from '../../controls/choice'
import { RecordPicker } from '../../controls/record-picker'
import { type KeyRowFragment, MakeKeyDocument } from '../../generated/settings/keys/keys'
import { roleNames } from '../../shell/role-names'
import classes from '../form.module.css'
import { Refused } from '../refused'
import { useChange } from '../use-change'
import { roleRights } from './role-rights'

const roles = ['ADMIN', 'ANALYST', 'ADVERTISER', 'AFFILIATE'] as const
const fields = ['name', 'advertiserId', 'affiliateId']

export function MakeKey({
  onMade,
  onCancel,
}: {
  onMade: (made: { readonly key: KeyRowFragment; readonly secret: string }) => void
  onCancel: () => void
}) {
  const [name, setName] = useState('')
  const [role, setRole] = useState<(typeof roles)[number]>('ANALYST')
  const [owner, setOwner] = useState<string | null>(null)
  const { change, isBusy, wrongWith, otherwise, forget } = useChange()
  const ownerField = role === 'ADVERTISER' ? 'advertiserId' : role === 'AFFILIATE' ? 'affiliateId' : null

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    const input = { name, role, ...(ownerField !== null && owner !== null && { [ownerField]: owner }) }
    const made = await change(MakeKeyDocument, { input })
    if (made !== null) onMade(made.createKey)
  }

  return (
    <section className={classes.panel} aria-labelledby="make-a-key">
      <h2 id="make-a-key" className={classes.title}>
        Make a key
      </h2>
      <form className={classes.form} noValidate onSubmit={(event) => void submit(event)}>
        <TextInput
          label="Name"
          description="What it is for, so that you know later what you revoke"
          placeholder="Dashboard in the office"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={wrongWith('name')}
          maxLength={200}
          autoFocus
        />
        <div>
          <p className={classes.legend}>Role</p>
          <Choice
            label="Role"
            options={roles.map((value) => ({ value, name: roleNames[value] }))}
            value={role}
            onChange={(chosen) => {
              setRole(chosen)
              setOwner(null)
              forget()
            }}
          />
          <p className={classes.note}>{roleRights[role]}</p>
        </div>
        {ownerField !== null && (
          <RecordPicker
            key={role}
            kind={role === 'ADVERTISER' ? 'advertiser' : 'affiliate'}
            label={roleNames[role]}
            description="Whose eyes it sees with"
            placeholder="Type to search"
            nothingFoundMessage="None of that name"
            value={owner}
            onChange={setOwner}
            error={wrongWith(ownerField)}
          />
        )}
        <Refused text={otherwise(fields)} />
        <div className={classes.ways}>
          <Button type="submit" loading={isBusy}>
            Make it
          </Button>
          <Button variant="subtle" onClick={onCancel}>
            Cancel
          </Button>
        </div>
      </form>
    </section>
  )
}
