import { useState } from 'react'
import { useLocation, useParams } from 'wouter'
import {
  AffiliateDocument,
  CreateAffiliateDocument,
  UpdateAffiliateDocument,
  type WholeAffiliateFragment,
} from '../generated/catalog/affiliates'
import { Heading } from '../shell/heading'
import { ChoiceField } from './form/choice-field'
import { Form } from './form/form'
import { changedOf, isChanged } from './form/is-changed'
import { TextField } from './form/text-field'
import { useSave } from './form/use-save'
import { Record } from './record'

type Draft = Omit<WholeAffiliateFragment, 'id'>

/** Makes an affiliate, or changes the one in the address. */
export default function AffiliateForm() {
  const { id } = useParams()
  if (id === undefined) return <Fields affiliate={null} />
  return (
    <Record document={AffiliateDocument} id={id} what="affiliate" pick={({ affiliate }) => affiliate} isFresh>
      {(affiliate) => <Fields affiliate={affiliate} />}
    </Record>
  )
}

function Fields({ affiliate }: { affiliate: WholeAffiliateFragment | null }) {
  const [, navigate] = useLocation()
  const [initial] = useState<Draft>(() => affiliate ?? { name: '', ref: '', status: 'ACTIVE' })
  const [draft, setDraft] = useState(initial)
  const { save, isSaving, refusals } = useSave()
  const { name, ref, status } = draft

  async function send(): Promise<void> {
    const saved = await (affiliate === null
      ? save(
          CreateAffiliateDocument,
          { input: { name, ref: ref.trim() === '' ? null : ref.trim() } },
          'The affiliate is made.',
        )
      : save(
          UpdateAffiliateDocument,
          { id: affiliate.id, input: changedOf({ name, status }, { name: initial.name, status: initial.status }) },
          'The affiliate is saved.',
        ))
    if (saved !== null) navigate(`/affiliates/${saved.affiliate.id}`, { replace: true })
  }

  return (
    <>
      <Heading title={affiliate === null ? 'New affiliate' : `Edit ${affiliate.name}`} />
      <Form
        label="Affiliate"
        isDirty={isChanged(draft, initial)}
        isSaving={isSaving}
        refusals={refusals}
        save={affiliate === null ? 'Make the affiliate' : 'Save'}
        onSave={() => void send()}
        back={affiliate === null ? '/affiliates' : `/affiliates/${affiliate.id}`}
      >
        <TextField label="Name" field="name" value={name} onChange={(name) => setDraft({ ...draft, name })} />
        {affiliate === null ? (
          <TextField
            label="Ref"
            description="A short name of its own, which destinations are told as {affiliate_ref}. It stays. Empty: made from the name."
            field="ref"
            value={ref}
            onChange={(ref) => setDraft({ ...draft, ref })}
          />
        ) : (
          <ChoiceField
            label="Status"
            field="status"
            options={{
              ACTIVE: 'Active: its links work',
              PAUSED: 'Paused: its links lead to the fallback; clicks made before still credit',
              BLOCKED: 'Blocked: as paused, for cause',
            }}
            value={status}
            onChange={(status) => setDraft({ ...draft, status })}
          />
        )}
      </Form>
    </>
  )
}
