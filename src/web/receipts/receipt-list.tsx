import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { Failure } from '../states/failure'
import { Loading } from '../states/loading'
import { ReceiptItem } from './receipt-item'
import classes from './receipt-list.module.css'
import type { ReceiptShown } from './receipt-question'
import type { Receipts } from './use-receipts'

/** Receipts, newest first, as they come in; `empty` stands where there are none. */
export function ReceiptList({
  label,
  receipts,
  empty,
  withAdvertiser,
  beforeEach,
}: {
  label: string
  receipts: Receipts
  empty: ReactNode
  withAdvertiser?: boolean
  beforeEach?: (receipt: ReceiptShown) => ReactNode
}) {
  const { shown, problem, showMore, readAgain } = receipts
  if (shown === null) {
    return problem === null ? (
      <Loading height="15rem" label="Reading receipts" />
    ) : (
      <Failure title="The receipts could not be read" text={problem} onRetry={readAgain} />
    )
  }
  return (
    <>
      {problem !== null && (
        <p role="alert" className={classes.problem}>
          {problem}
        </p>
      )}
      {shown.length === 0 ? (
        empty
      ) : (
        <ol className={classes.list} aria-label={label}>
          {shown.map((receipt) => (
            <ReceiptItem
              key={receipt.id}
              receipt={receipt}
              withAdvertiser={withAdvertiser}
              before={beforeEach?.(receipt)}
            />
          ))}
        </ol>
      )}
      {showMore !== null && (
        <Button variant="default" size="sm" mt="sm" onClick={showMore}>
          Show older ones
        </Button>
      )}
    </>
  )
}
