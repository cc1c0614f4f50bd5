import { useState } from 'react'
import {
  CurrencyRatesDocument,
  type RateRowFragment,
  RemoveRateDocument,
} from '../../generated/settings/rates/currency-rates'
import { describeError } from '../../graph/describe-error'
import { useList } from '../../graph/use-list'
import { useViewer } from '../../graph/use-viewer'
import { useNotices } from '../../notices/notices'
import { Empty } from '../../states/empty'
import { Failure } from '../../states/failure'
import { Loading } from '../../states/loading'
import { Confirm } from '../confirm'
import { SettingsFrame } from '../settings-frame'
import { useChange } from '../use-change'
import { noRateFilter, RateFilter, type RateFilterValue, toFilter } from './rate-filter'
import { RateTable } from './rate-table'
import { SetRate } from './set-rate'

const maxRates = 10_000

/** What other currencies are worth here, by day. */
export default function CurrencyRates() {
  const { role, workspace } = useViewer()
  const [filter, setFilter] = useState<RateFilterValue>(noRateFilter)
  const rates = useList(
    CurrencyRatesDocument,
    { filter: toFilter(filter) },
    { most: maxRates, fetchPolicy: 'no-cache' },
  )
  const [removing, setRemoving] = useState<RateRowFragment | null>(null)
  const isAdmin = role === 'ADMIN'
  const isFiltered = Object.values(filter).some((value) => value !== '')

  return (
    <SettingsFrame
      title="Currency rates"
      note={`A sale in another currency is converted to ${workspace.currency} by the rate of its day, in UTC, and keeps it.`}
    >
      {isAdmin && <SetRate onSet={rates.retry} />}
      <RateFilter value={filter} onChange={setFilter} />
      {rates.rows === null ? (
        rates.error === undefined ? (
          <Loading />
        ) : (
          <Failure title="The rates could not be read" text={describeError(rates.error)} onRetry={rates.retry} />
        )
      ) : rates.rows.length > 0 ? (
        <RateTable rates={rates.rows} onEnd={rates.readMore} onRemove={isAdmin ? setRemoving : null} />
      ) : isFiltered ? (
        <Empty title="No rate of that currency and time">Take a wider range of days, or another currency.</Empty>
      ) : (
        <Empty title="No rates yet">
          Sales in another currency than {workspace.currency} wait as unmatched until there is a rate for their day. An
          admin sets one here, or has them loaded from a bank’s list with CURRENCY_RATES at the server’s start.
        </Empty>
      )}
      {removing !== null && (
        <Remove
          rate={removing}
          onClose={(isDone) => {
            setRemoving(null)
            if (isDone) rates.retry()
          }}
        />
      )}
    </SettingsFrame>
  )
}

function Remove({ rate: { currency, day }, onClose }: { rate: RateRowFragment; onClose: (isDone: boolean) => void }) {
  const notices = useNotices()
  const { change, isBusy, otherwise } = useChange()
  async function remove(): Promise<void> {
    const done = await change(RemoveRateDocument, { rates: [{ currency, day }] })
    if (done === null) return
    notices.say(
      done.removeCurrencyRates > 0
        ? `The rate of ${currency} on ${day} is removed.`
        : `There was no rate of ${currency} on ${day} any more.`,
    )
    onClose(true)
  }
  return (
    <Confirm
      title={`Remove the rate of ${currency} on ${day}?`}
      action="Remove"
      keep="Keep it"
      isBusy={isBusy}
      refused={otherwise([])}
      onConfirm={() => void remove()}
      onClose={() => onClose(false)}
    >
      <p>What is converted already keeps its rate. Later sales of that day take the rate of a day before, or wait.</p>
      <p>Where rates are loaded from a list, the next load may bring it again.</p>
    </Confirm>
  )
}
