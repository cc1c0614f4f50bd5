import { Button, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { SetRateDocument } from '../../generated/settings/rates/currency-rates'
import { useViewer } from '../../graph/use-viewer'
import { useNotices } from '../../notices/notices'
import classes from '../form.module.css'
import { Refused } from '../refused'
import { useChange } from '../use-change'

const fields = ['currency', 'day', 'rate']
const today = () => new Date().toISOString().slice(0, 10)

/** One rate by hand, new or in place of the one that is there. */
export function SetRate({ onSet }: { onSet: () => void }) {
  const { workspace } = useViewer()
  const notices = useNotices()
  const [currency, setCurrency] = useState('')
  const [day, setDay] = useState(today)
  const [rate, setRate] = useState('')
  const { change, isBusy, wrongWith, otherwise } = useChange()

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault()
    const done = await change(SetRateDocument, { rates: [{ currency, day, rate: rate.trim() }] })
    const [set] = done?.setCurrencyRates ?? []
    if (set === undefined) return
    notices.say(
      `1 ${set.currency} is ${set.rate} ${workspace.currency} on ${set.day}. What waited for it is matched now.`,
    )
    setRate('')
    onSet()
  }

  return (
    <section className={classes.panel} aria-labelledby="set-a-rate">
      <h2 id="set-a-rate" className={classes.title}>
        Set a rate by hand
      </h2>
      <form className={classes.form} noValidate onSubmit={(event) => void submit(event)}>
        <div className={classes.row}>
          <TextInput
            label="Currency"
            placeholder="USD"
            maxLength={3}
            value={currency}
            onChange={({ currentTarget }) => setCurrency(currentTarget.value.toUpperCase())}
            error={wrongWith('currency')}
          />
          <TextInput
            label="Day, in UTC"
            type="date"
            value={day}
            onChange={({ currentTarget }) => setDay(currentTarget.value)}
            error={wrongWith('day')}
          />
          <TextInput
            label={`1 ${currency || 'unit'} in ${workspace.currency}`}
            placeholder="0.9463"
            inputMode="decimal"
            value={rate}
            onChange={({ currentTarget }) => setRate(currentTarget.value)}
            error={wrongWith('rate')}
          />
        </div>
        <Refused text={otherwise(fields)} />
        <div className={classes.ways}>
          <Button type="submit" loading={isBusy}>
            Set it
          </Button>
        </div>
      </form>
    </section>
  )
}
