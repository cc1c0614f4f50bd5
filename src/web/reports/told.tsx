import { useFormats } from '../figures/formats'
import type { Answer } from './ask-report'
import type { Period } from './periods'
import { bases, type Report } from './report'
import classes from './reports.module.css'
import { useZoneWords } from './zone-words'

/** Which time the figures on the screen are of, and whose days. */
export function ToldPeriod({ answer, isReading }: { answer: Answer | null; isReading: boolean }) {
  const { from, to, timeZone } = answer?.data.table ?? { from: '', to: '', timeZone: 'UTC' }
  const words = useZoneWords(timeZone)
  if (answer === null) return isReading ? 'Reading…' : 'No figures'
  return `${words.period(period({ from, to }))}, ${timeZone}${isReading ? ' · reading…' : ''}`
}

/** What else it takes to ask for the same figures again. */
export function Told({ report, answer }: { report: Report; answer: Answer }) {
  const { asked, data, receivedAtMs } = answer
  const { table, before } = data
  const formats = useFormats(table.timeZone)
  const words = useZoneWords(table.timeZone)
  const { meaning } = bases.find(({ value }) => value === asked.table.basis) ?? { meaning: '' }
  return (
    <p className={classes.told}>
      {before !== undefined && `Compared with ${words.period(period(before))}. `}
      {isWidened(report, period(table)) && 'The range was widened to whole quarters of an hour. '}
      {meaning} {asked.table.test === true && 'This is test traffic. '}
      Books as of {formats.time(receivedAtMs)}, {table.timeZone}, state <code>…{table.asOf.slice(-8)}</code>.
    </p>
  )
}

const period = ({ from, to }: { from: string; to: string }): Period => ({
  fromMs: Date.parse(from),
  toMs: Date.parse(to),
})

/** Instants in an address may be of any second. */
const isWidened = ({ range }: Report, { fromMs, toMs }: Period) =>
  typeof range !== 'string' &&
  range.from.includes('T') &&
  (Date.parse(range.from) !== fromMs || Date.parse(range.to) !== toMs)
