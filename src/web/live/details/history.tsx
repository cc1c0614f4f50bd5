import { useFormats } from '../../figures/formats'
import { ChangeMark } from '../feed/change-mark'
import type { DetailedConversion } from './details'
import classes from './details.module.css'

/** Each change with what it added, oldest first. */
export function History({ changes }: Pick<DetailedConversion, 'changes'>) {
  const { dayAndTime, signedMoney } = useFormats()
  const moved = (name: string, delta: string | null) =>
    delta !== null && Number(delta) !== 0 && <span>{`${name} ${signedMoney(delta)}`}</span>
  return (
    <ol className={classes.history}>
      {changes.map(({ cursor, at, kind, status, reason, saleAmountDelta, revenueDelta, payoutDelta }) => (
        <li key={cursor}>
          <ChangeMark kind={kind} status={status} />
          <time dateTime={at}>{dayAndTime(at)}</time>
          <div className={classes.moved}>
            {reason}
            {moved('sale amount', saleAmountDelta)}
            {moved('revenue', revenueDelta)}
            {moved('payout', payoutDelta)}
          </div>
        </li>
      ))}
    </ol>
  )
}
