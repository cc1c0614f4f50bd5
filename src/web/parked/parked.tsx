import { Button, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { Choice } from '../controls/choice'
import { useViewer } from '../graph/use-viewer'
import { AdvertiserPicker } from '../receipts/advertiser-picker'
import { ReceiptList } from '../receipts/receipt-list'
import { anyReceipt, filterOf, type ReceiptShown } from '../receipts/receipt-question'
import { useChosenAdvertiser } from '../receipts/use-chosen-advertiser'
import { useReceipts } from '../receipts/use-receipts'
import { Heading } from '../shell/heading'
import { Empty } from '../states/empty'
import classes from './parked.module.css'
import { ReplayPanel } from './replay-panel'
import { mostAtOnce, useReplay } from './use-replay'

const waitsFor = [
  { value: 'ALL', name: 'Whatever they wait for' },
  { value: 'CLICK_NOT_FOUND', name: 'A click' },
  { value: 'ORDER_NOT_FOUND', name: 'An order' },
  { value: 'GOAL_NOT_FOUND', name: 'A goal' },
  { value: 'CAMPAIGN_NOT_FOUND', name: 'A campaign' },
  { value: 'AFFILIATE_NOT_FOUND', name: 'An affiliate' },
  { value: 'RATE_NOT_FOUND', name: 'A currency rate' },
] as const

type WaitsFor = (typeof waitsFor)[number]['value']

const typedMs = 250

/** Postbacks that wait for what they are about, and a way to have them decided again. */
export default function Parked() {
  const { role } = useViewer()
  const { id: advertiserId, choose } = useChosenAdvertiser()
  const [reason, setReason] = useState<WaitsFor>('ALL')
  const [order, setOrder] = useState('')
  const [transactionId] = useDebouncedValue(order.trim(), typedMs)
  const question = {
    ...anyReceipt,
    advertiserId,
    outcome: 'UNMATCHED',
    reasonCode: reason === 'ALL' ? null : reason,
    transactionId: transactionId === '' ? null : transactionId,
  } as const
  const receipts = useReceipts(question)
  const shown = receipts.shown ?? []
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const selected = shown.filter(({ id }) => ticked.has(id)).map(({ id }) => id)
  const replay = useReplay(receipts.readAgain)
  const mayReplay = role !== 'ANALYST'
  const isFiltered = reason !== 'ALL' || transactionId !== '' || (role !== 'ADVERTISER' && advertiserId !== null)

  function tick(id: string, isTicked: boolean) {
    const next = new Set(selected)
    if (isTicked) next.add(id)
    else next.delete(id)
    setTicked(next)
  }
  const box = (receipt: ReceiptShown) => (
    <input
      type="checkbox"
      className={classes.box}
      aria-label={`Select ${receipt.transactionId ?? receipt.clickId ?? receipt.id}`}
      checked={ticked.has(receipt.id)}
      onChange={(event) => tick(receipt.id, event.currentTarget.checked)}
    />
  )

  return (
    <>
      <Heading
        title="Parked"
        note="Postbacks whose click, order, goal or rate is not known yet. They are matched by themselves when it appears."
      />
      <div className={classes.filters}>
        {role !== 'ADVERTISER' && <AdvertiserPicker value={advertiserId} onChange={choose} none="All advertisers" />}
        <TextInput
          aria-label="Order id"
          placeholder="Order id"
          value={order}
          onChange={(event) => setOrder(event.currentTarget.value)}
        />
        <Choice label="What they wait for" options={waitsFor} value={reason} onChange={setReason} />
      </div>
      {mayReplay && shown.length > 0 && (
        <div className={classes.actions}>
          <label className={classes.all}>
            <input
              type="checkbox"
              className={classes.box}
              checked={selected.length === shown.length}
              onChange={(event) => setTicked(new Set(event.currentTarget.checked ? shown.map(({ id }) => id) : []))}
            />
            All {shown.length} shown
          </label>
          <Button
            size="xs"
            disabled={selected.length === 0}
            loading={replay.isBusy}
            onClick={() => replay.dryRun({ ids: selected })}
          >
            Dry run of {selected.length} selected
          </Button>
          <Button
            size="xs"
            variant="default"
            loading={replay.isBusy}
            onClick={() => replay.dryRun({ filter: { ...filterOf(question), outcomes: null } })}
          >
            Dry run of all{isFiltered ? ' like these' : ''}, at most {mostAtOnce}
          </Button>
        </div>
      )}
      <ReplayPanel replay={replay} />
      <ReceiptList
        label="Parked postbacks"
        receipts={receipts}
        withAdvertiser={role !== 'ADVERTISER'}
        beforeEach={mayReplay ? box : undefined}
        empty={
          isFiltered ? (
            <Empty title="Nothing that is parked is like this">Ask for less to see whatever waits.</Empty>
          ) : (
            <Empty title="Nothing is parked">
              Every postback has found its click, order and goal. One that does not will wait here.
            </Empty>
          )
        }
      />
    </>
  )
}
