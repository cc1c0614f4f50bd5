import { Textarea } from '@mantine/core'
import { useState } from 'react'
import { useLocation, useParams } from 'wouter'
import { ButtonLink } from '../controls/button-link'
import { CopyField } from '../controls/copy'
import { senders } from '../desk/senders'
import {
  AdvertiserDocument,
  CreateAdvertiserDocument,
  UpdateAdvertiserDocument,
  type WholeAdvertiserFragment,
} from '../generated/catalog/advertisers'
import type { Refusal } from '../graph/read-refusals'
import { Heading } from '../shell/heading'
import { CheckField } from './form/check-field'
import { ChoiceField } from './form/choice-field'
import { Form } from './form/form'
import { changedOf, isChanged } from './form/is-changed'
import { TextField } from './form/text-field'
import { useRefusal } from './form/use-refusal'
import { useSave } from './form/use-save'
import { Record } from './record'

/** Each by who sends with its names; with our own, anybody may. */
const presets: { readonly [preset: string]: string } = {
  ...Object.fromEntries(Object.entries(senders).map(([preset, { title }]) => [preset, title])),
  canonical: 'Pulseback’s own names',
}

interface Draft {
  readonly name: string
  readonly preset: string
  /** One a line. */
  readonly allowedIps: string
  readonly requireSignature: boolean
}

/** Makes an advertiser, or shows and changes the one in the address. */
export default function AdvertiserForm() {
  const { id } = useParams()
  if (id === undefined) return <Fields advertiser={null} />
  return (
    <Record document={AdvertiserDocument} id={id} what="advertiser" pick={({ advertiser }) => advertiser} isFresh>
      {(advertiser) => <Fields advertiser={advertiser} />}
    </Record>
  )
}

const draftOf = (advertiser: WholeAdvertiserFragment | null): Draft => ({
  name: advertiser?.name ?? '',
  preset: advertiser?.preset ?? 'canonical',
  allowedIps: advertiser?.allowedIps?.join('\n') ?? '',
  requireSignature: advertiser?.requireSignature ?? false,
})

const toInput = ({ allowedIps, ...draft }: Draft) => ({ ...draft, allowedIps: linesOf(allowedIps) })

const linesOf = (text: string): string[] => text.split('\n').flatMap((line) => line.trim() || [])

function Fields({ advertiser }: { advertiser: WholeAdvertiserFragment | null }) {
  const [, navigate] = useLocation()
  const [initial] = useState(() => draftOf(advertiser))
  const [draft, setDraft] = useState(initial)
  const { save, isSaving, refusals } = useSave()
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part })

  async function send(): Promise<void> {
    if (advertiser === null) {
      const { requireSignature: _, ...input } = toInput(draft)
      const saved = await save(CreateAdvertiserDocument, { input }, 'The advertiser is made.')
      if (saved !== null) navigate(`/advertisers/${saved.advertiser.id}`, { replace: true })
      return
    }
    const input = changedOf(toInput(draft), toInput(initial))
    const saved = await save(UpdateAdvertiserDocument, { id: advertiser.id, input }, 'The advertiser is saved.')
    if (saved !== null) navigate('/advertisers')
  }

  return (
    <>
      <Heading title={advertiser === null ? 'New advertiser' : advertiser.name}>
        {advertiser !== null && (
          <ButtonLink variant="default" href={`/campaigns/new?advertiser=${advertiser.id}`}>
            New campaign
          </ButtonLink>
        )}
      </Heading>
      <Form
        label="Advertiser"
        isDirty={isChanged(draft, initial)}
        isSaving={isSaving}
        refusals={refusals.map(atTheirLine)}
        save={advertiser === null ? 'Make the advertiser' : 'Save'}
        onSave={() => void send()}
        back="/advertisers"
      >
        {advertiser?.postbackUrl != null && (
          <CopyField
            label="Postback URL, for the sender’s settings: it has a secret in it"
            text={advertiser.postbackUrl}
            what="the postback URL"
          />
        )}
        <Inputs draft={draft} change={change} isNew={advertiser === null} />
      </Form>
    </>
  )
}

/** All addresses are one input here. */
function atTheirLine(refusal: Refusal): Refusal {
  const [, index] = /^allowedIps\.(\d+)$/.exec(refusal.field ?? '') ?? []
  return index === undefined ? refusal : { field: 'allowedIps', text: `Line ${Number(index) + 1}: ${refusal.text}` }
}

function Inputs({ draft, change, isNew }: { draft: Draft; change: (part: Partial<Draft>) => void; isNew: boolean }) {
  return (
    <>
      <TextField label="Name" field="name" value={draft.name} onChange={(name) => change({ name })} />
      <ChoiceField
        label="Preset"
        description="Whose names its postbacks use."
        field="preset"
        options={presets}
        value={draft.preset}
        onChange={(preset) => change({ preset })}
      />
      <Textarea
        label="Allowed addresses"
        description="Where its postbacks may come from, one a line: 203.0.113.7 or 203.0.113.0/24. Empty: anywhere."
        rows={4}
        {...useRefusal('allowedIps')}
        value={draft.allowedIps}
        onChange={({ currentTarget }) => change({ allowedIps: currentTarget.value })}
      />
      {!isNew && (
        <CheckField
          label="Postbacks must be signed"
          description="A token alone is refused then. It needs a signing key."
          field="requireSignature"
          value={draft.requireSignature}
          onChange={(requireSignature) => change({ requireSignature })}
        />
      )}
    </>
  )
}
