import { memo } from 'react'
import { ChangeMark, describeChange } from './change-mark'
import type { FeedColumn } from './columns'
import classes from './feed.module.css'
import type { Row } from './row'

interface CellsProps {
  readonly row: Row
  readonly columns: readonly FeedColumn[]
  readonly time: (at: string) => string
  /** Whether the tab key stops here: at one row of all. */
  readonly isStop: boolean
  readonly onOpen: (row: Row) => void
}

/** A line of the feed. Where it stands changes with every line that comes; what is in it, hardly ever. */
export const FeedRow = ({ index, height, ...cells }: CellsProps & { index: number; height: number }) => (
  <tr
    className={classes.row}
    style={{ height }}
    aria-rowindex={index}
    data-left={cells.row.hasLeft}
    data-status={cells.row.status}
  >
    <Cells {...cells} />
  </tr>
)

const Cells = memo(function Cells({ row, columns, time, isStop, onOpen }: CellsProps) {
  const { kind, at, status, conversion, hasLeft } = row
  return (
    <>
      <td data-column="time">
        <button
          type="button"
          className={classes.open}
          tabIndex={isStop ? 0 : -1}
          aria-haspopup="dialog"
          aria-label={`${time(at)}, ${describeChange(kind, status)}, ${conversion.transactionId ?? conversion.event}: details`}
          onClick={() => onOpen(row)}
        >
          {time(at)}
        </button>
      </td>
      <td data-column="change">
        <ChangeMark kind={kind} status={status} hasLeft={hasLeft} />
      </td>
      {columns.map(({ key, isFigure, show }) => {
        const text = show(row)
        return (
          <td key={key} data-column={key} data-figure={isFigure} title={isFigure === true ? undefined : text}>
            {text}
            {key === 'event' && conversion.test && <span className={classes.test}>Test</span>}
          </td>
        )
      })}
    </>
  )
})
