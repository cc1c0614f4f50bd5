import { useMutation } from '@apollo/client/react'
import { Button, NativeSelect } from '@mantine/core'
import { useState } from 'react'
import { ChangeAdvertiserDocument, type DeskAdvertiserFragment } from '../generated/desk/desk'
import { describeError } from '../graph/describe-error'
import classes from './desk.module.css'
import type { Preset } from './preset-names'
import { calledOf, type Sender, senderOf } from './senders'

const kinds: readonly Sender['kind'][] = ['Your own shop or server', 'Trackers', 'Networks']

/**
 * By whose names postbacks are read. Looking at a preset changes nothing; using it does at once, also for those postbacks
 * that come already.
 */
export function PresetChoice({
  advertiser,
  presets,
  chosen,
  onChoose,
}: {
  advertiser: DeskAdvertiserFragment
  presets: readonly Preset[]
  chosen: string
  onChoose: (preset: string) => void
}) {
  const [change, { loading, error }] = useMutation(ChangeAdvertiserDocument)
  const [saved, setSaved] = useState<string | null>(null)
  const isNew = chosen !== advertiser.preset
  const groups = kinds.map((group) => ({
    group,
    items: presets
      .filter(({ name }) => senderOf(name).kind === group)
      .map(({ name }) => ({ value: name, label: senderOf(name).title })),
  }))
  async function use() {
    const { data } = await change({ variables: { id: advertiser.id, input: { preset: chosen } } })
    if (data !== undefined) setSaved(chosen)
  }
  return (
    <div className={classes.preset}>
      <div className={classes.row}>
        <NativeSelect
          label="Who sends the postbacks"
          data={groups}
          value={chosen}
          onChange={(event) => onChoose(event.currentTarget.value)}
        />
        {isNew && (
          <>
            <Button loading={loading} onClick={() => void use().catch(() => undefined)}>
              Use {senderOf(chosen).title}
            </Button>
            <Button variant="subtle" onClick={() => onChoose(advertiser.preset)}>
              Keep {senderOf(advertiser.preset).title}
            </Button>
          </>
        )}
      </div>
      <p className={classes.quiet} role="status">
        {isNew
          ? `Postbacks are still read by ${calledOf(advertiser.preset)}’s names. Once you use the new one, they are read by ${calledOf(chosen)}’s at once.`
          : saved === chosen && `Saved: postbacks are read by ${calledOf(chosen)}’s names from now on.`}
      </p>
      {error !== undefined && <p className={classes.bad}>{describeError(error)}</p>}
    </div>
  )
}
