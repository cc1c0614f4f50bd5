import { useRef, useState } from 'react'
import { useFormats } from '../figures/formats'
import { describeError } from '../graph/describe-error'
import { useAgainWhileAway } from '../graph/use-again-while-away'
import { Drawer } from '../shell/drawer'
import { Heading } from '../shell/heading'
import { Failure } from '../states/failure'
import { Loading } from '../states/loading'
import { useAlerts } from './alerts/use-alerts'
import { Details } from './details/details'
import { CaughtUpNotice } from './feed/caught-up-notice'
import { Feed } from './feed/feed'
import { FeedBar } from './feed/feed-bar'
import type { Row } from './feed/row'
import { maxRows, useBoard, useBoardState } from './feed/use-board'
import { FilterBar } from './filter/filter-bar'
import { useFilter } from './filter/use-filter'
import classes from './live.module.css'
import { Nothing } from './nothing'

/** Conversions as they are booked: every change, in order, none missing. */
export default function Live() {
  const filtering = useFilter()
  const alerts = useAlerts()
  const { board, retry } = useBoard(filtering.filter, alerts.hear)
  const state = useBoardState(board)
  const [opened, setOpened] = useState<Row | null>(null)
  const scroller = useRef<HTMLElement>(null)
  const formats = useFormats()
  const { phase, rows, cut } = state
  useAgainWhileAway(phase === 'failed' ? state.error : null, retry)

  return (
    <div className={classes.live}>
      <Heading title="Live" note="Every change to a conversion, as it is booked" />
      <FilterBar {...filtering} />
      <FeedBar board={board} state={state} alerts={alerts} onShow={() => scroller.current?.scrollTo({ top: 0 })} />
      <CaughtUpNotice board={board} />
      {phase === 'failed' ? (
        <Failure title="The feed could not be read" text={describeError(state.error)} onRetry={retry} />
      ) : phase === 'loading' && rows.length === 0 ? (
        <Loading height="28rem" />
      ) : rows.length === 0 ? (
        <Nothing {...filtering} />
      ) : (
        <Feed
          // Another filter begins at the top.
          key={filtering.text}
          scroller={scroller}
          rows={rows}
          isBusy={phase === 'loading'}
          isOpen={opened !== null}
          onOpen={setOpened}
          onHold={board.hold}
        />
      )}
      <p className={classes.note}>
        {cut > 0
          ? `The latest ${formats.count(rows.length)} are kept here; ${formats.count(cut)} earlier ones have made room for them and are in the books.`
          : `Up to ${formats.count(maxRows)} are kept here; what goes beyond is in the books.`}
      </p>
      <Drawer
        isOpen={opened !== null}
        onClose={() => setOpened(null)}
        title={opened?.conversion.transactionId ?? 'Conversion'}
        width="27rem"
      >
        {opened !== null && <Details id={opened.conversion.id} />}
      </Drawer>
    </div>
  )
}
