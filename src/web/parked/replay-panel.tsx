import { Button } from '@mantine/core'
import type { ReplayedFragment } from '../generated/parked/parked'
import { OutcomeMark } from '../receipts/outcome-mark'
import { outcomes } from '../receipts/outcomes'
import { adviceFor } from '../receipts/reasons'
import classes from './parked.module.css'
import type { Replay } from './use-replay'

/** What would come of each, then the button that does it, then what has come of each. */
export function ReplayPanel({ replay }: { replay: Replay }) {
  const { result, problem, isBusy } = replay
  return (
    <div role="status" aria-label="Replay">
      {problem !== null && <p className={classes.bad}>{problem}</p>}
      {result !== null && (
        <div className={classes.panel}>
          <p className={classes.summary}>
            <strong>{result.isDry ? 'Dry run.' : 'Replayed.'}</strong> {inWords(result.of, result.isDry)}
          </p>
          <ul
            className={classes.results}
            aria-label={result.isDry ? 'What would come of each' : 'What came of each'}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must by keyboard
            tabIndex={0}
          >
            {result.of.map((one) => (
              <Line key={one.receipt.id} {...one} />
            ))}
          </ul>
          <div className={classes.ways}>
            {result.isDry && settledOf(result.of) > 0 && (
              <Button size="xs" loading={isBusy} onClick={replay.replay}>
                Replay {result.of.length === 1 ? 'this one' : `these ${result.of.length}`}
              </Button>
            )}
            <Button size="xs" variant="default" onClick={replay.dismiss}>
              {result.isDry ? 'Leave them parked' : 'Close'}
            </Button>
          </div>
        </div>
      )}
    </div>
  )
}

function Line({ receipt, after, reason }: ReplayedFragment) {
  const [code, ...rest] = (reason ?? '').split(': ')
  const says = adviceFor(code ?? null)?.says ?? outcomes[after].means
  return (
    <li className={classes.line}>
      <span className={classes.subject}>
        {receipt.transactionId === null ? receipt.clickId : `order ${receipt.transactionId}`}
      </span>
      <OutcomeMark outcome={after} />
      <span>
        {says} <span className={classes.exactly}>{rest.join(': ')}</span>
      </span>
    </li>
  )
}

const settledOf = (all: readonly ReplayedFragment[]) => all.filter(({ after }) => after !== 'UNMATCHED').length

function inWords(all: readonly ReplayedFragment[], isDry: boolean): string {
  const settled = settledOf(all)
  const waits = all.length - settled
  if (all.length === 0) return 'Nothing of this is parked any more.'
  if (isDry)
    return `Of ${all.length}, ${settled} would be settled and ${waits} would go on waiting. Nothing is changed yet.`
  return `Of ${all.length}, ${settled} ${settled === 1 ? 'is' : 'are'} settled and ${waits} still ${waits === 1 ? 'waits' : 'wait'}.`
}
