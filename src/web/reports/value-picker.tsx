import { Button } from '@mantine/core'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { describeError } from '../graph/describe-error'
import { Loading } from '../states/loading'
import classes from './builder.module.css'
import { type Dimension, dimensions, takesOne } from './dimensions'
import type { Report } from './report'
import { nameOfNone, ValueName } from './show-value'
import { useFoundValues } from './use-found-values'

const mostShown = 100

/** Picks values of one dimension: those that occur in the report's range, and whatever else one knows to type. */
export function ValuePicker({
  dimension,
  report,
  zone,
  onPick,
}: {
  dimension: Dimension
  report: Report
  zone: string
  onPick: (values: readonly string[]) => void
}) {
  const search = useId()
  const [text, setText] = useState('')
  const [picked, setPicked] = useState(report.filter[dimension] ?? [])
  const [first] = useState(picked)
  const { found, error, isReading } = useFoundValues(dimension, report, zone, text)
  const isOne = takesOne(dimension)
  const others = found.filter(({ value }) => !first.includes(value))
  const shown = others.slice(0, mostShown)
  const typed = text.trim()
  const isNew = canBeTyped(dimension) && typed !== '' && !found.some(({ value }) => value === typed)
  function toggle(value: string, isOn: boolean): void {
    const rest = isOne ? [] : picked.filter((other) => other !== value)
    setPicked(isOn ? [...rest, value] : rest)
  }
  function submit(event: FormEvent): void {
    event.preventDefault()
    onPick(picked)
  }

  return (
    <form className={classes.picker} onSubmit={submit}>
      <div className={classes.picking}>
        <label htmlFor={search}>
          {dimensions[dimension].name} {isOne ? 'is' : 'is any of'}
        </label>
        <span>clicks / conversions</span>
      </div>
      <input
        id={search}
        type="search"
        className={classes.input}
        placeholder="Find"
        value={text}
        data-autofocus
        autoComplete="off"
        onChange={({ target }) => setText(target.value)}
      />
      <ul className={classes.ticks} aria-busy={isReading}>
        {first.map((value) => (
          <Tick key={value} {...{ value, isOne, picked, toggle }} says="">
            <ValueName dimension={dimension} value={value} />
          </Tick>
        ))}
        {shown.map(({ value, name, says }) => (
          <Tick key={value} {...{ value, isOne, picked, toggle, says }}>
            {name ?? <span className={classes.none}>{nameOfNone(dimension)}</span>}
          </Tick>
        ))}
        {isNew && (
          <Tick key={`typed ${typed}`} value={typed} {...{ isOne, picked, toggle }} says="as typed">
            {typed}
          </Tick>
        )}
      </ul>
      {isReading && found.length === 0 && <Loading height="6rem" />}
      {error !== undefined && <p className={classes.problem}>{describeError(error)}</p>}
      <p className={classes.meaning}>{tellCount(shown.length, others.length, isReading)}</p>
      <Button type="submit" size="xs" fullWidth>
        Filter
      </Button>
    </form>
  )
}

function Tick({
  value,
  isOne,
  picked,
  toggle,
  says,
  children,
}: {
  value: string
  isOne: boolean
  picked: readonly string[]
  toggle: (value: string, isOn: boolean) => void
  says: string
  children: ReactNode
}) {
  return (
    <li>
      <label className={classes.tick}>
        <input
          type={isOne ? 'radio' : 'checkbox'}
          checked={picked.includes(value)}
          onChange={({ target }) => toggle(value, target.checked)}
        />
        <span className={classes.value}>{children}</span>
        <span className={classes.count}>{says}</span>
      </label>
    </li>
  )
}

function tellCount(shown: number, all: number, isReading: boolean): string {
  if (isReading) return 'Reading…'
  if (all > shown) return `The first ${shown} of ${all}: type to find others.`
  return all === 0 ? 'Nothing else occurs in this range.' : ''
}

const canBeTyped = (dimension: Dimension) => !['STATUS', 'CAMPAIGN', 'AFFILIATE', 'ADVERTISER'].includes(dimension)
