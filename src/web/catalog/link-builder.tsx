import { Button, NativeSelect, TextInput } from '@mantine/core'
import { useRef, useState } from 'react'
import { CopyField } from '../controls/copy'
import { DestinationPreview } from './destination-preview'
import type { MacroValues } from './fill-macros'
import classes from './link-builder.module.css'
import { type Placed, placeParameters, trackParameters } from './track-parameters'

/** A tracking link made ready for one place: with parameters of its own, and where it leads with them. */
export function LinkBuilder({
  url,
  destination,
  values,
}: {
  url: string
  destination: string
  /** What a click has of which no parameter says otherwise. */
  values: MacroValues
}) {
  const [placed, setPlaced] = useState<readonly Placed[]>([])
  const rows = useRef<HTMLDivElement>(null)
  const free = trackParameters.filter(({ name }) => placed.every((one) => one.name !== name))

  function add(name: string): void {
    if (name === '') return
    setPlaced([...placed, { name, value: '' }])
    requestAnimationFrame(() => rows.current?.querySelector<HTMLInputElement>(`input[name=${name}]`)?.focus())
  }
  function change(name: string, value: string): void {
    setPlaced(placed.map((one) => (one.name === name ? { name, value } : one)))
  }

  const overridden = Object.fromEntries(
    placed.filter(({ value }) => value !== '').map(({ name, value }) => [name, value]),
  )
  return (
    <div className={classes.builder}>
      <CopyField label="Tracking link" text={placeParameters(url, placed)} what="the tracking link" />
      <div ref={rows} className={classes.rows}>
        {placed.map(({ name, value }) => (
          <div key={name} className={classes.row}>
            <TextInput
              name={name}
              label={name}
              className={classes.value}
              description={trackParameters.find((known) => known.name === name)?.about}
              value={value}
              onChange={({ currentTarget }) => change(name, currentTarget.value)}
            />
            <Button
              variant="default"
              aria-label={`Remove ${name}`}
              onClick={() => setPlaced(placed.filter((one) => one.name !== name))}
            >
              Remove
            </Button>
          </div>
        ))}
        <NativeSelect
          label="Add a parameter"
          description="It overrides the link’s own. An ad platform’s macros, such as {keyword}, stay as they are."
          value=""
          data={[
            { value: '', label: 'Choose…' },
            ...free.map(({ name, about }) => ({ value: name, label: `${name}: ${about}` })),
          ]}
          onChange={({ currentTarget }) => add(currentTarget.value)}
        />
      </div>
      <DestinationPreview title="Leads to" url={destination} values={{ ...values, ...overridden }} />
    </div>
  )
}
