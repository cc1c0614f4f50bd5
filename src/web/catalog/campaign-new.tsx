import { useState } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { CreateCampaignDocument } from '../generated/catalog/campaigns'
import { Heading } from '../shell/heading'
import { type CampaignDraft, newCampaign, toCreateInput } from './campaign-draft'
import { CampaignForm } from './campaign-form'
import { useSave } from './form/use-save'

export default function CampaignNew() {
  const [, navigate] = useLocation()
  const [parameters] = useSearchParams()
  const [initial] = useState(() => newCampaign(parameters.get('advertiser')))
  const { save, refuse, ...state } = useSave()

  async function create(draft: CampaignDraft): Promise<void> {
    const { advertiserId } = draft
    if (advertiserId === null) return refuse([{ field: 'advertiserId', text: 'Choose whose offer it is.' }])
    const saved = await save(
      CreateCampaignDocument,
      { input: toCreateInput(draft, advertiserId) },
      'The campaign is made.',
    )
    if (saved !== null) navigate(`/campaigns/${saved.campaign.id}`, { replace: true })
  }

  return (
    <>
      <Heading title="New campaign" />
      <CampaignForm {...state} initial={initial} id={null} onSave={(draft) => void create(draft)} back="/campaigns" />
    </>
  )
}
