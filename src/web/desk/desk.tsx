import { useState } from 'react'
import type { DeskQuery } from '../generated/desk/desk'
import { Access } from './access'
import { Arriving } from './arriving'
import classes from './desk.module.css'
import { placeOf } from './place'
import { PresetChoice } from './preset-choice'
import type { Preset } from './preset-names'
import { Step } from './step'
import { TestForm } from './test-form'
import { Ways } from './ways'

type Advertiser = NonNullable<DeskQuery['advertiser']>

/** The three steps. Who may not see the token, an ANALYST, sees what arrives. */
export function Desk({ advertiser, presets }: { advertiser: Advertiser; presets: readonly Preset[] }) {
  const [looked, setLooked] = useState<string | null>(null)
  const [secret, setSecret] = useState<string | null>(null)
  const { id, postbackUrl, requireSignature } = advertiser
  const campaigns = advertiser.campaigns.nodes
  const inUse = presets.find(({ name }) => name === advertiser.preset)
  const shown = presets.find(({ name }) => name === looked) ?? inUse
  if (postbackUrl === null || inUse === undefined || shown === undefined) {
    return (
      <>
        <p className={classes.quiet}>The token is for admins and the advertiser itself.</p>
        <Step number={1} title="Watch what arrives">
          <Arriving advertiserId={id} />
        </Step>
      </>
    )
  }
  const place = placeOf(postbackUrl)
  const active = campaigns.filter(({ status }) => status === 'ACTIVE')
  const linkId = active.flatMap(({ links }) => links.nodes)[0]?.id ?? null
  return (
    <>
      <Step number={1} title="Set up the sender">
        <PresetChoice advertiser={advertiser} presets={presets} chosen={shown.name} onChoose={setLooked} />
        <Ways
          subject={{ place, preset: shown, advertiserId: id, linkId }}
          signingSecret={secret}
          browserCampaigns={active.filter(({ clientSide }) => clientSide).map(({ name }) => name)}
        />
        <details className={classes.details}>
          <summary>Token, signing keys and addresses</summary>
          <Access advertiser={advertiser} secret={secret} onSecret={setSecret} />
        </details>
      </Step>
      <Step number={2} title="Send a test">
        <TestForm
          advertiserId={id}
          place={place}
          preset={inUse}
          campaigns={active}
          requireSignature={requireSignature ?? false}
          signingSecret={secret}
        />
      </Step>
      <Step number={3} title="Watch it arrive">
        <Arriving advertiserId={id} />
      </Step>
    </>
  )
}
