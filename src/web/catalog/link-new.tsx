import { useState } from 'react'
import { useLocation, useSearchParams } from 'wouter'
import { CreateLinkDocument } from '../generated/catalog/links'
import { useViewer } from '../graph/use-viewer'
import { Heading } from '../shell/heading'
import { DestinationField } from './destination-field'
import { Form, Section } from './form/form'
import classes from './form/form.module.css'
import { isChanged } from './form/is-changed'
import { RecordField } from './form/record-field'
import { TextField } from './form/text-field'
import { useSave } from './form/use-save'
import { sampleClick } from './sample-click'

const subs = Array.from({ length: 10 }, (_, index) => `sub${index + 1}`)
const subsShown = 2

interface Draft {
  readonly campaignId: string | null
  readonly affiliateId: string | null
  readonly destinationUrl: string
  /** Source, creative, keyword, placement and sub-ids, by name. */
  readonly defaults: Readonly<{ [name: string]: string }>
}

/** Makes a link. It never changes afterwards, as clicks and reports speak of it. */
export default function LinkNew() {
  const [, navigate] = useLocation()
  const [parameters] = useSearchParams()
  const { role, affiliate: self } = useViewer()
  const [initial] = useState<Draft>(() => ({
    campaignId: parameters.get('campaign'),
    affiliateId: self?.id ?? parameters.get('affiliate'),
    destinationUrl: '',
    defaults: {},
  }))
  const [draft, setDraft] = useState(initial)
  const { save, isSaving, refusals, refuse } = useSave()
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part })
  const { campaignId, affiliateId, destinationUrl, defaults } = draft

  async function create(): Promise<void> {
    if (campaignId === null) return refuse([{ field: 'campaignId', text: 'Choose the campaign that it leads to.' }])
    if (affiliateId === null) return refuse([{ field: 'affiliateId', text: 'Choose the affiliate that it is for.' }])
    const saved = await save(
      CreateLinkDocument,
      {
        input: {
          campaignId,
          affiliateId,
          ...Object.fromEntries(Object.entries(defaults).filter(([name]) => !subs.includes(name))),
          subs: Object.fromEntries(subs.flatMap((name) => (defaults[name] ? [[name, defaults[name]]] : []))),
          ...(destinationUrl.trim() !== '' && { destinationUrl: destinationUrl.trim() }),
        },
      },
      'The link is made.',
    )
    if (saved !== null) navigate(`/links/${saved.link.id}`, { replace: true })
  }

  return (
    <>
      <Heading title="New link" note="A link never changes once it is made" />
      <Form
        label="New link"
        isDirty={isChanged(draft, initial)}
        isSaving={isSaving}
        refusals={refusals}
        save="Make the link"
        onSave={() => void create()}
        back="/links"
      >
        <RecordField
          kind="campaign"
          label="Campaign"
          placeholder="Find a campaign"
          description={role === 'AFFILIATE' ? 'Those that you promote already.' : undefined}
          field="campaignId"
          value={campaignId}
          onChange={(id) => change({ campaignId: id })}
        />
        {self === null && (
          <RecordField
            kind="affiliate"
            label="Affiliate"
            placeholder="Find an affiliate"
            field="affiliateId"
            value={affiliateId}
            onChange={(id) => change({ affiliateId: id })}
          />
        )}
        <Section
          title="Defaults"
          note="What its clicks have where the request itself names none. Reports are broken down by these."
        >
          <Defaults
            values={defaults}
            onChange={(name, value) => change({ defaults: { ...defaults, [name]: value } })}
          />
        </Section>
        {role === 'ADMIN' && (
          <Section title="Own destination" note="Leave it empty: then its clicks lead to the campaign’s.">
            <DestinationField
              label="Destination URL"
              field="destinationUrl"
              value={destinationUrl}
              onChange={(url) => change({ destinationUrl: url })}
              sample={{ ...sampleClick, ...defaults }}
            />
          </Section>
        )}
      </Form>
    </>
  )
}

function Defaults({
  values,
  onChange,
}: {
  values: Draft['defaults']
  onChange: (name: string, value: string) => void
}) {
  const [isMore, setMore] = useState(false)
  const shown = isMore ? subs : subs.slice(0, subsShown)
  return (
    <>
      <div className={classes.pair}>
        {['source', 'creative', 'keyword', 'placement', ...shown].map((name) => (
          <TextField
            key={name}
            label={`${name[0]?.toUpperCase()}${name.slice(1)}`}
            field={subs.includes(name) ? `subs.${name}` : name}
            value={values[name] ?? ''}
            onChange={(value) => onChange(name, value)}
          />
        ))}
      </div>
      {!isMore && (
        <button type="button" className={classes.more} onClick={() => setMore(true)}>
          More sub-ids
        </button>
      )}
    </>
  )
}
