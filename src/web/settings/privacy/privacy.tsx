import { Button, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import { countOf } from '../../figures/count-of'
import { EraseVisitorDocument, type EraseVisitorMutation } from '../../generated/settings/privacy/privacy'
import { Confirm } from '../confirm'
import classes from '../form.module.css'
import { Refused } from '../refused'
import { SettingsFrame } from '../settings-frame'
import { useChange } from '../use-change'

const most = 1_000
/** What has to be typed, so that nobody erases by a slip of the hand. */
const confirmingWord = 'erase'

/** Order ids may have spaces in them, so they stand one a line. */
const betweenOrders = /\s*\n\s*/
const betweenClicks = /[\s,;]+/
const listed = (text: string, between: RegExp) => [...new Set(text.trim().split(between))].filter((id) => id !== '')

/** Forgets who a visitor was, when one asks for it. */
export default function Privacy() {
  const [clicks, setClicks] = useState('')
  const [orders, setOrders] = useState('')
  const [problem, setProblem] = useState<string | null>(null)
  const [asked, setAsked] = useState<Asked | null>(null)
  const [erased, setErased] = useState<Erased | null>(null)

  function submit(event: FormEvent): void {
    event.preventDefault()
    const clickIds = listed(clicks, betweenClicks)
    const transactionIds = listed(orders, betweenOrders)
    const refusal = refuse(clickIds, transactionIds)
    setErased(null)
    setProblem(refusal)
    if (refusal === null) setAsked({ clickIds, transactionIds })
  }

  return (
    <SettingsFrame
      title="Privacy"
      note="When a visitor asks to be forgotten, name their clicks, or their orders as the advertiser numbers them."
    >
      <form className={classes.form} noValidate onSubmit={submit} aria-label="Erase a visitor">
        <Textarea
          label="Click ids"
          description="clk_…, with spaces or lines between them"
          rows={3}
          spellCheck={false}
          value={clicks}
          onChange={({ currentTarget }) => setClicks(currentTarget.value)}
        />
        <Textarea
          label="Order ids"
          description="As in the postbacks’ txid, one a line"
          rows={3}
          spellCheck={false}
          value={orders}
          onChange={({ currentTarget }) => setOrders(currentTarget.value)}
        />
        <Refused text={problem} />
        <div className={classes.ways}>
          <Button type="submit" color="red" variant="outline">
            Erase…
          </Button>
        </div>
      </form>
      <div role="status">{erased !== null && <p>{describe(erased)}</p>}</div>
      <p className={classes.note}>
        Erased are addresses, user agents, external ids, sub-ids, order ids, and what the requests said. Money and
        figures stay; by sub-id they count as without one. What waits in the spool is not reached: erase once more when
        nothing is queued.
      </p>
      {asked !== null && (
        <Erase
          asked={asked}
          onClose={(done) => {
            setAsked(null)
            if (done === null) return
            setErased(done)
            setClicks('')
            setOrders('')
          }}
        />
      )}
    </SettingsFrame>
  )
}

type Erased = EraseVisitorMutation['eraseVisitor']

interface Asked {
  readonly clickIds: readonly string[]
  readonly transactionIds: readonly string[]
}

function Erase({ asked, onClose }: { asked: Asked; onClose: (done: Erased | null) => void }) {
  const { clickIds, transactionIds } = asked
  const [typed, setTyped] = useState('')
  const { change, isBusy, otherwise } = useChange()
  const what = [
    ...(clickIds.length > 0 ? [countOf(clickIds.length, 'click')] : []),
    ...(transactionIds.length > 0 ? [countOf(transactionIds.length, 'order')] : []),
  ].join(' and ')

  async function erase(): Promise<void> {
    const done = await change(EraseVisitorDocument, { clickIds, transactionIds })
    if (done !== null) onClose(done.eraseVisitor)
  }

  return (
    <Confirm
      title={`Erase who was behind ${what}?`}
      action="Erase for good"
      keep="Keep it all"
      isBusy={isBusy}
      isReady={typed.trim().toLowerCase() === confirmingWord}
      refused={otherwise([])}
      onConfirm={() => void erase()}
      onClose={() => onClose(null)}
    >
      <p>
        Nobody can undo it. What hangs on them is erased with them: the conversions of those clicks, the requests that
        named them.
      </p>
      <TextInput
        label={`Type “${confirmingWord}” to go on`}
        autoComplete="off"
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
    </Confirm>
  )
}

function refuse(clickIds: readonly string[], transactionIds: readonly string[]): string | null {
  if (clickIds.length + transactionIds.length === 0) return 'Name at least one click or order.'
  if (Math.max(clickIds.length, transactionIds.length) > most) {
    return `At most ${most.toLocaleString()} clicks and as many orders go at once: do it in parts.`
  }
  return null
}

function describe({ clicks, conversions, receipts }: Erased): string {
  if (clicks + conversions + receipts === 0) return 'Nothing of these is in the books, so nothing was erased.'
  const parts = [countOf(clicks, 'click'), countOf(conversions, 'conversion'), countOf(receipts, 'receipt')]
  return `Erased: ${parts.slice(0, -1).join(', ')} and ${parts.at(-1)} say no more who it was. Their money and figures stay.`
}
