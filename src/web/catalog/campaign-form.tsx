import { useState } from 'react'
import { Link } from 'wouter'
import type { Refusal } from '../graph/read-refusals'
import { type CampaignDraft } from './campaign-draft'
import { DestinationField } from './destination-field'
import { CheckField } from './form/check-field'
import { ChoiceField } from './form/choice-field'
import { Form, Section } from './form/form'
import classes from './form/form.module.css'
import { isChanged } from './form/is-changed'
import { RecordField } from './form/record-field'
import { TextField } from './form/text-field'
import { GoalsEditor } from './goals-editor'
import { sampleClick } from './sample-click'

export interface CampaignFormProps {
  readonly initial: CampaignDraft
  /** Of a campaign that is there already. */
  readonly id: string | null
  readonly isSaving: boolean
  readonly refusals: readonly Refusal[]
  readonly onSave: (draft: CampaignDraft) => void
  readonly back: string
}

/** All that a campaign is, to be made or changed. */
export function CampaignForm({ initial, id, isSaving, refusals, onSave, back }: CampaignFormProps) {
  const [draft, setDraft] = useState(initial)
  const change = (part: Partial<CampaignDraft>) => setDraft({ ...draft, ...part })
  return (
    <Form
      label="Campaign"
      isDirty={isChanged(draft, initial)}
      isSaving={isSaving}
      refusals={refusals}
      save={id === null ? 'Make the campaign' : 'Save'}
      onSave={() => onSave(draft)}
      back={back}
    >
      <TextField label="Name" field="name" value={draft.name} onChange={(name) => change({ name })} />
      {id === null ? <Advertiser draft={draft} change={change} /> : <StatusField draft={draft} change={change} />}
      <Section title="Where its clicks lead">
        <DestinationField
          label="Destination URL"
          description="Macros are filled in at each click; without {click_id}, click_id= is put into the query."
          field="destinationUrl"
          value={draft.destinationUrl}
          onChange={(destinationUrl) => change({ destinationUrl })}
          sample={{ ...sampleClick, ...(id !== null && { campaign_id: id }) }}
        />
        <Elsewhere draft={draft} change={change} />
      </Section>
      <Section
        title="Goals"
        note={
          id === null
            ? 'What it pays for, by the event that postbacks name.'
            : 'What changes holds from now on, as a new version: conversions that exist keep the terms they came under. Goals that are taken away are withdrawn.'
        }
      >
        <GoalsEditor goals={draft.goals} onChange={(goals) => change({ goals })} />
      </Section>
    </Form>
  )
}

interface PartProps {
  readonly draft: CampaignDraft
  readonly change: (part: Partial<CampaignDraft>) => void
}

/** A campaign stays its advertiser's. */
const Advertiser = ({ draft, change }: PartProps) => (
  <RecordField
    kind="advertiser"
    label="Advertiser"
    placeholder="Find an advertiser"
    description={
      <>
        Whose offer it is. Not there yet? <Link href="/advertisers/new">Make the advertiser</Link> first.
      </>
    }
    field="advertiserId"
    value={draft.advertiserId}
    onChange={(advertiserId) => change({ advertiserId })}
  />
)

const StatusField = ({ draft, change }: PartProps) => (
  <ChoiceField
    label="Status"
    field="status"
    options={{
      ACTIVE: 'Active: its links lead to its destination',
      PAUSED: 'Paused: its links lead to its fallback; clicks made before still credit',
      ARCHIVED: 'Archived: as paused, for good',
    }}
    value={draft.status}
    onChange={(status) => change({ status })}
  />
)

const Elsewhere = ({ draft, change }: PartProps) => (
  <>
    <TextField
      type="url"
      label="Fallback URL"
      description="Where clicks lead while the campaign or the affiliate is paused. Empty: HTTP 410, gone."
      field="fallbackUrl"
      value={draft.fallbackUrl}
      onChange={(fallbackUrl) => change({ fallbackUrl })}
    />
    <div className={classes.pair}>
      <TextField
        type="number"
        min={1}
        max={365}
        label="Attribution window, in days"
        description="How long after its click an event still counts: 1 to 365."
        field="attributionWindowDays"
        value={draft.attributionWindowDays}
        onChange={(attributionWindowDays) => change({ attributionWindowDays })}
      />
      <CheckField
        label="Pixel and script may credit it"
        description="They carry no secret, so all prices must be fixed amounts."
        field="clientSide"
        value={draft.clientSide}
        onChange={(clientSide) => change({ clientSide })}
      />
    </div>
  </>
)
