import { Button, VisuallyHidden } from '@mantine/core'
import { memo, type ReactNode, useId, useState } from 'react'
import { useFormats } from '../figures/formats'
import { isTest } from './is-test'
import { OutcomeMark } from './outcome-mark'
import { adviceFor } from './reasons'
import classes from './receipt-item.module.css'
import type { ReceiptShown } from './receipt-question'
import { Story } from './story'

/** One request: what became of it, why in plain words, what to fix, and on demand its whole story. */
export const ReceiptItem = memo(function ReceiptItem({
  receipt,
  withAdvertiser = false,
  before,
}: {
  receipt: ReceiptShown
  withAdvertiser?: boolean
  /** What stands in front of it, such as a box to tick. */
  before?: ReactNode
}) {
  const formats = useFormats()
  const [isOpen, setOpen] = useState(false)
  const story = useId()
  const { id, at, outcome, reasonCode, reason, field, transactionId, clickId, advertiser } = receipt
  const isToday = formats.day(at) === formats.day(Date.now())
  const advice = adviceFor(reasonCode)
  const subject = transactionId === null ? (clickId ?? 'neither order nor click') : `order ${transactionId}`
  return (
    <li className={classes.item}>
      {before !== undefined && <div className={classes.before}>{before}</div>}
      <div className={classes.content}>
        <div className={classes.head}>
          <time dateTime={at} title={formats.dayAndTime(at)} className={classes.time}>
            {isToday ? formats.time(at) : formats.dayAndTime(at)}
          </time>
          <OutcomeMark outcome={outcome} />
          {isTest(receipt) && <span className={classes.test}>Test</span>}
          <span className={classes.subject} title={clickId ?? undefined}>
            {subject}
          </span>
          {withAdvertiser && <span className={classes.advertiser}>{advertiser.name}</span>}
        </div>
        {reasonCode !== null && (
          <p className={classes.reason}>
            {advice?.says ?? 'It was not taken as it was sent.'}{' '}
            <span className={classes.exactly}>
              <code>{reasonCode}</code>
              {field !== null && (
                <>
                  {' '}
                  in <code>{field}</code>
                </>
              )}
              : {reason}
            </span>
          </p>
        )}
        {advice !== null && advice.fix !== null && (
          <p className={classes.fix}>
            <strong>What to fix:</strong> {advice.fix}
          </p>
        )}
        {isOpen && <Story key={outcome} id={story} receiptId={id} />}
      </div>
      <Button
        size="compact-xs"
        variant="subtle"
        className={classes.open}
        aria-expanded={isOpen}
        aria-controls={isOpen ? story : undefined}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? 'Hide' : 'Story'}
        <VisuallyHidden>&nbsp;of {subject}</VisuallyHidden>
      </Button>
    </li>
  )
})
