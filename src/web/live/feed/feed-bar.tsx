import { Button } from '@mantine/core'
import { useRef } from 'react'
import { useFormats } from '../../figures/formats'
import { Drawing } from '../../shell/icons'
import { Alerts } from '../alerts/alerts'
import type { Alerts as AlertsInUse } from '../alerts/use-alerts'
import type { Board, BoardState } from './board'
import classes from './feed-bar.module.css'
import { PaceFigures } from './pace-figures'

const pausePath = 'M8 5v14M16 5v14'
const goOnPath = 'M7 5l12 7-12 7z'

/** How fast the feed goes, what stops it, and what happened to it. */
export function FeedBar({
  board,
  state,
  alerts,
  onShow,
}: {
  board: Board
  state: BoardState
  alerts: AlertsInUse
  /** Lets go of whatever holds the feed while it is read. */
  onShow: () => void
}) {
  const formats = useFormats()
  const { isPaused, isHeld, waiting } = state
  const count = formats.count(waiting)
  const pause = useRef<HTMLButtonElement>(null)

  /** The button that was pressed is gone then, and the focus with it. */
  function show(): void {
    pause.current?.focus()
    onShow()
  }

  return (
    <div className={classes.bar}>
      <PaceFigures pace={board.pace} />
      <div className={classes.ways}>
        <Alerts {...alerts} />
        {isHeld && !isPaused && waiting > 0 && (
          <Button size="xs" variant="light" onClick={show}>
            {count} {waiting === 1 ? 'waits' : 'wait'} while you read: show
          </Button>
        )}
        <Button
          ref={pause}
          size="xs"
          variant={isPaused ? 'filled' : 'default'}
          leftSection={<Drawing path={isPaused ? goOnPath : pausePath} size={15} />}
          onClick={() => board.pause(!isPaused)}
        >
          {isPaused ? `Resume: ${count} ${waiting === 1 ? 'waits' : 'wait'}` : 'Pause'}
        </Button>
      </div>
    </div>
  )
}
