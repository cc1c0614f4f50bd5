import { Button } from '@mantine/core'
import { useState } from 'react'
import { Choice } from '../controls/choice'
import { type Outcome, outcomes } from '../receipts/outcomes'
import { ReceiptList } from '../receipts/receipt-list'
import { anyReceipt } from '../receipts/receipt-question'
import { useReceipts } from '../receipts/use-receipts'
import { Empty } from '../states/empty'
import classes from './desk.module.css'

type Kind = 'ALL' | 'TEST' | 'REAL'

const shownOutcomes = ['ACCEPTED', 'UPDATED', 'DUPLICATE', 'CONFLICT', 'UNMATCHED', 'REJECTED'] as const
const testOf = { ALL: null, TEST: true, REAL: false } as const

/** Postbacks as they arrive, with what became of each. */
export function Arriving({ advertiserId }: { advertiserId: string }) {
  const [outcome, setOutcome] = useState<Outcome | 'ALL'>('ALL')
  const [kind, setKind] = useState<Kind>('ALL')
  const receipts = useReceipts({
    ...anyReceipt,
    advertiserId,
    outcome: outcome === 'ALL' ? null : outcome,
    test: testOf[kind],
  })
  const isFiltered = outcome !== 'ALL' || kind !== 'ALL'
  return (
    <>
      <div className={classes.filters}>
        <Choice
          label="Outcome"
          options={[
            { value: 'ALL', name: 'All outcomes' },
            ...shownOutcomes.map((value) => ({ value, name: outcomes[value].name })),
          ]}
          value={outcome}
          onChange={setOutcome}
        />
        <Choice
          label="Tests"
          options={[
            { value: 'ALL', name: 'With tests' },
            { value: 'TEST', name: 'Only tests' },
            { value: 'REAL', name: 'Without tests' },
          ]}
          value={kind}
          onChange={setKind}
        />
        <Button
          size="xs"
          variant="default"
          className={classes.hold}
          aria-pressed={receipts.isHeld}
          onClick={() => receipts.hold(!receipts.isHeld)}
        >
          {receipts.isHeld ? `Go on${receipts.waiting === 0 ? '' : `: ${receipts.waiting} new`}` : 'Hold the list'}
        </Button>
      </div>
      <ReceiptList
        label="Receipts"
        receipts={receipts}
        empty={
          isFiltered ? (
            <Empty title="None of the latest receipts is like this">Choose other outcomes to see the rest.</Empty>
          ) : (
            <Empty title="No postback has arrived yet">
              Send a test above, or one from your own system: it appears here the moment it is kept.
            </Empty>
          )
        }
      />
    </>
  )
}
