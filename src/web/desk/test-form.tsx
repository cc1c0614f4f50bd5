import { Button, NativeSelect, PasswordInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { Choice } from '../controls/choice'
import classes from './desk.module.css'
import type { Place } from './place'
import { nameOf, type Preset } from './preset-names'
import type { Manner } from './send-test'
import { canSign } from './sign'
import { TestAnswer } from './test-answer'
import { type Campaign, Field, TestFields, type TestValues } from './test-fields'
import { useTest } from './use-test'

const newOrder = () => `TEST-${crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36).toUpperCase()}`
const firstValues = (): TestValues => ({ txid: newOrder(), amount: '49.90', currency: '', status: '', event: '' })

/** Fires a postback at this server, as the sender would, marked as a test. */
export function TestForm({
  advertiserId,
  place: { token },
  preset,
  campaigns,
  requireSignature,
  signingSecret,
}: {
  advertiserId: string
  place: Place
  preset: Preset
  /** Those that take visitors. */
  campaigns: readonly Campaign[]
  requireSignature: boolean
  signingSecret: string | null
}) {
  const links = campaigns.flatMap(({ name, links }) =>
    links.nodes.map((link) => ({ value: link.id, label: labelOf(name, link) })),
  )
  const [linkId, setLinkId] = useState(links[0]?.value ?? '')
  const [clickId, setClickId] = useState('')
  const [values, setValues] = useState(firstValues)
  const [manner, setManner] = useState<Manner>(requireSignature ? 'SIGNED' : 'GET')
  const [pasted, setPasted] = useState('')
  const { isBusy, outcome, fire } = useTest()
  const secret = pasted === '' ? (signingSecret ?? '') : pasted

  function submit(event: FormEvent) {
    event.preventDefault()
    const by = { manner, token, advertiserId, signingSecret: secret }
    void fire({ ...by, preset, linkId: linkId === '' ? null : linkId, clickId, values })
  }

  return (
    <div className={classes.test}>
      <form onSubmit={submit} noValidate className={classes.form}>
        {links.length > 0 && (
          <NativeSelect
            label="Click"
            description="A postback is credited to the link that was clicked."
            data={[
              { group: 'Make a test click first, through', items: links },
              { group: 'Or', items: [{ value: '', label: 'a click id of my own' }] },
            ]}
            value={linkId}
            onChange={(event) => setLinkId(event.currentTarget.value)}
          />
        )}
        {linkId === '' && (
          <Field
            title="Click id"
            name={nameOf(preset, 'click_id') ?? 'click_id'}
            value={clickId}
            onChange={setClickId}
            placeholder="clk_…"
          />
        )}
        <TestFields preset={preset} campaigns={campaigns} values={values} onChange={setValues} />
        <Choice
          label="How it is sent"
          options={[
            { value: 'GET', name: 'In the URL' },
            { value: 'JSON', name: 'As JSON' },
            ...(canSign() ? [{ value: 'SIGNED', name: 'Signed' } as const] : []),
          ]}
          value={manner}
          onChange={setManner}
        />
        {manner === 'SIGNED' && (
          <PasswordInput
            label="Signing secret"
            description={signingSecret === null ? 'It stays in this tab.' : 'Left empty, the one that was just made.'}
            placeholder="whsec_…"
            autoComplete="off"
            value={pasted}
            onChange={(event) => setPasted(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the secret', tabIndex: 0 }}
          />
        )}
        <div className={classes.row}>
          <Button type="submit" loading={isBusy}>
            Send the test
          </Button>
          <Button variant="subtle" onClick={() => setValues({ ...values, txid: newOrder() })}>
            New order id
          </Button>
        </div>
      </form>
      <TestAnswer outcome={outcome} secrets={[token, secret]} />
    </div>
  )
}

function labelOf(campaign: string, { source, affiliate }: Campaign['links']['nodes'][number]): string {
  return `${campaign}, ${affiliate.name}${source === null ? '' : ` (${source})`}`
}
