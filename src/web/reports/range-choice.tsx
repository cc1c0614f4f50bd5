import { Button } from '@mantine/core'
import { type FormEvent, useId, useState } from 'react'
import { Choice } from '../controls/choice'
import classes from './builder.module.css'
import type { Period } from './periods'
import { type Report, ranges } from './report'
import { isDay, refuseStretch } from './stretch'
import type { Change } from './use-address'
import { addDays, createZoneClock } from './zone-clock'

const options = [...ranges, { value: 'CUSTOM', name: 'Dates' }] as const

/** Which days. Dates are taken when both are there, because half a range is no question. */
export function RangeChoice({
  range,
  period,
  timeZone,
  change,
}: {
  range: Report['range']
  /** The one on the screen, for dates to begin with. */
  period: Period | null
  timeZone: string
  change: Change
}) {
  const [isChoosing, setChoosing] = useState(false)
  const isCustom = isChoosing || typeof range !== 'string'
  return (
    <div className={classes.range}>
      <Choice
        label="Range"
        options={options}
        value={typeof range !== 'string' || isChoosing ? 'CUSTOM' : range}
        onChange={(value) => {
          setChoosing(value === 'CUSTOM')
          if (value !== 'CUSTOM') change({ range: value })
        }}
      />
      {isCustom && <Dates key={JSON.stringify(range)} first={daysOf(range, period, timeZone)} change={change} />}
    </div>
  )
}

function Dates({ first, change }: { first: { from: string; to: string }; change: Change }) {
  const [stretch, setStretch] = useState(first)
  const [problem, setProblem] = useState<string | null>(null)
  const id = useId()
  function submit(event: FormEvent): void {
    event.preventDefault()
    const isGiven = isDay(stretch.from) && isDay(stretch.to)
    const why = isGiven ? refuseStretch(stretch) : 'both days are needed'
    setProblem(why)
    if (why === null) change({ range: stretch })
  }
  return (
    <form className={classes.dates} onSubmit={submit} noValidate>
      {(['from', 'to'] as const).map((end) => (
        <label key={end} className={classes.date}>
          {end === 'from' ? 'From' : 'to'}
          <input
            type="date"
            className={classes.input}
            value={stretch[end]}
            aria-invalid={problem !== null}
            aria-describedby={id}
            onChange={({ target }) => setStretch({ ...stretch, [end]: target.value })}
          />
        </label>
      ))}
      <Button type="submit" size="xs" variant="default">
        Show these dates
      </Button>
      <span id={id} className={classes.problem} role="alert">
        {problem !== null && `These dates cannot be shown: ${problem}.`}
      </span>
    </form>
  )
}

function daysOf(range: Report['range'], period: Period | null, timeZone: string): { from: string; to: string } {
  if (typeof range !== 'string' && isDay(range.from)) return range
  if (period === null) return { from: '', to: '' }
  const clock = createZoneClock(timeZone)
  const [from, end] = [clock.dayOf(period.fromMs), clock.dayOf(period.toMs)]
  return { from, to: clock.startOf(end) === period.toMs ? addDays(end, -1) : end }
}
