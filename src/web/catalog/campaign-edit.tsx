import { useState } from 'react'
import { useLocation, useParams } from 'wouter'
import { CampaignDocument, UpdateCampaignDocument, type WholeCampaignFragment } from '../generated/catalog/campaigns'
import { Heading } from '../shell/heading'
import { type CampaignDraft, draftOf, toUpdateInput } from './campaign-draft'
import { CampaignForm } from './campaign-form'
import { useSave } from './form/use-save'
import { Record } from './record'

export default function CampaignEdit() {
  const { id = '' } = useParams()
  return (
    <Record document={CampaignDocument} id={id} what="campaign" pick={({ campaign }) => campaign} isFresh>
      {(campaign) => <Edit campaign={campaign} />}
    </Record>
  )
}

function Edit({ campaign }: { campaign: WholeCampaignFragment }) {
  const { id, name } = campaign
  const [, navigate] = useLocation()
  // As it was when the form was opened: what comes in later does not change what is being written.
  const [initial] = useState(() => draftOf(campaign))
  const { save, isSaving, refusals } = useSave()
  const back = `/campaigns/${id}`

  async function update(draft: CampaignDraft): Promise<void> {
    const saved = await save(
      UpdateCampaignDocument,
      { id, input: toUpdateInput(draft, initial) },
      'The campaign is saved.',
    )
    if (saved !== null) navigate(back, { replace: true })
  }

  return (
    <>
      <Heading title={`Edit ${name}`} />
      <CampaignForm
        initial={initial}
        id={id}
        isSaving={isSaving}
        refusals={refusals}
        onSave={(draft) => void update(draft)}
        back={back}
      />
    </>
  )
}
