import { useFormats } from '../../figures/formats'
import { describeSpan } from '../../shell/connection-light'
import type { Board } from './board'
import classes from './feed-bar.module.css'
import { useCaughtUp } from './use-caught-up'

/** After an outage: what came in behind it. */
export function CaughtUpNotice({ board }: { board: Board }) {
  const formats = useFormats()
  const { caughtUp, dismiss } = useCaughtUp(board)
  return (
    <div role="status">
      {caughtUp !== null && (
        <p className={classes.notice}>
          <span>
            The connection was away for {describeSpan(caughtUp.awayMs)}.{' '}
            {caughtUp.changes === 0
              ? 'Nothing was booked meanwhile; nothing is missing.'
              : `${formats.count(caughtUp.changes)} ${caughtUp.changes === 1 ? 'change was' : 'changes were'} caught up, and nothing is missing.`}
          </span>
          <button type="button" className={classes.dismiss} onClick={dismiss}>
            Dismiss
          </button>
        </p>
      )}
    </div>
  )
}
