import { type KeyboardEvent, useId, useState } from 'react'
import classes from './builder.module.css'
import { bases, type Report } from './report'
import { isZone } from './stretch'
import type { Change } from './use-address'

const listZones = () => ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]

/** Whose days they are. An empty field means those of the workspace. */
export function ZoneField({ timeZone, usual, change }: { timeZone: string | null; usual: string; change: Change }) {
  const id = useId()
  const [zones] = useState(listZones)
  const [isWrong, setWrong] = useState(false)
  function take(text: string): void {
    const zone = text.trim() === '' || text.trim() === usual ? null : text.trim()
    const isKnown = zone === null || isZone(zone)
    setWrong(!isKnown)
    if (isKnown && zone !== timeZone) change({ timeZone: zone })
  }
  return (
    <div className={classes.field}>
      <label htmlFor={id}>Time zone</label>
      <input
        key={timeZone}
        id={id}
        className={classes.input}
        defaultValue={timeZone ?? usual}
        list={`${id}-zones`}
        spellCheck={false}
        autoComplete="off"
        aria-invalid={isWrong}
        aria-describedby={`${id}-problem`}
        onBlur={({ target }) => take(target.value)}
        onKeyDown={(event: KeyboardEvent<HTMLInputElement>) => event.key === 'Enter' && take(event.currentTarget.value)}
      />
      <datalist id={`${id}-zones`}>
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <span id={`${id}-problem`} className={classes.problem} role="alert">
        {isWrong && 'There is no such time zone; they have names such as Europe/Berlin.'}
      </span>
    </div>
  )
}

/** Which moment of a conversion decides where it counts. */
export function BasisField({ basis, change }: { basis: Report['basis']; change: Change }) {
  const id = useId()
  const { meaning } = bases.find(({ value }) => value === basis) ?? bases[0] ?? { meaning: '' }
  return (
    <div className={classes.field}>
      <label htmlFor={id}>Time basis</label>
      <select
        id={id}
        className={classes.input}
        value={basis}
        aria-describedby={`${id}-meaning`}
        onChange={({ target }) => change({ basis: target.value as Report['basis'] })} // of the options below
      >
        {bases.map(({ value, name }) => (
          <option key={value} value={value}>
            {name} ({value})
          </option>
        ))}
      </select>
      <span id={`${id}-meaning`} className={classes.meaning}>
        {meaning}
      </span>
    </div>
  )
}
