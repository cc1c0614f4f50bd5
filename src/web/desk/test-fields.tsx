import { NativeSelect, TextInput } from '@mantine/core'
import { useId } from 'react'
import type { DeskQuery } from '../generated/desk/desk'
import { useViewer } from '../graph/use-viewer'
import classes from './desk.module.css'
import { nameOf, type Preset } from './preset-names'

export type Campaign = NonNullable<DeskQuery['advertiser']>['campaigns']['nodes'][number]

const titles = { txid: 'Order id', amount: 'Amount', currency: 'Currency', status: 'Status', event: 'Goal' } as const

type Asked = keyof typeof titles

/** What a test says beside its click, by our names and in the order of the form. */
export type TestValues = Readonly<Record<Asked, string>>

/** What of it the preset has a way to say, each with the name that it is sent under. */
export function TestFields({
  preset,
  campaigns,
  values,
  onChange,
}: {
  preset: Preset
  campaigns: readonly Campaign[]
  values: TestValues
  onChange: (values: TestValues) => void
}) {
  const list = useId()
  const { workspace } = useViewer()
  const goals = [...new Set(campaigns.flatMap((campaign) => campaign.goals.map(({ event }) => event)))]
  const placeholders: Partial<TestValues> = {
    currency: `${workspace.currency} by default`,
    ...(goals.length === 1 ? { event: `${goals[0]} by default` } : {}),
  }
  const words = preset.statuses.flatMap(({ words }) => words)
  const said = (Object.keys(titles) as Asked[]).flatMap((ours) => {
    const name = nameOf(preset, ours)
    return name === null ? [] : [{ ours, name }]
  })
  const set = (ours: Asked) => (value: string) => onChange({ ...values, [ours]: value })
  return (
    <div className={classes.fields}>
      {said.map(({ ours, name }) =>
        ours === 'status' ? (
          <NativeSelect
            key={ours}
            label={<Label title={titles.status} name={name} />}
            data={[{ value: '', label: 'as the goal has it' }, ...words]}
            value={values.status}
            onChange={(event) => set('status')(event.currentTarget.value)}
          />
        ) : (
          <Field
            key={ours}
            title={titles[ours]}
            name={name}
            value={values[ours]}
            onChange={set(ours)}
            list={ours === 'event' ? list : undefined}
            placeholder={placeholders[ours]}
          />
        ),
      )}
      <datalist id={list}>
        {goals.map((event) => (
          <option key={event} value={event} />
        ))}
      </datalist>
    </div>
  )
}

const Label = ({ title, name }: { title: string; name: string }) => (
  <>
    {title} <code className={classes.name}>{name}</code>
  </>
)

export function Field({
  title,
  name,
  onChange,
  ...rest
}: {
  title: string
  /** As the sender calls it. */
  name: string
  value: string
  onChange: (value: string) => void
  list?: string | undefined
  placeholder?: string | undefined
}) {
  return (
    <TextInput
      {...rest}
      label={<Label title={title} name={name} />}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
