import { useMediaQuery } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type FocusEvent, type KeyboardEvent, type RefObject, useEffect, useState } from 'react'
import { useColumns } from './columns'
import classes from './feed.module.css'
import { FeedRow } from './feed-row'
import type { Row } from './row'
import { useRowTime } from './row-time'

const wide = '(min-width: 60em)'
/** With one line each, and with two. */
const rowHeight = { wide: 34, narrow: 58 }
const overscan = 4

/**
 * The rows in sight, newest on top. While somebody has scrolled down, or a row has the focus, `onHold` asks that
 * nothing pushes it away.
 */
export function Feed({
  scroller,
  rows,
  isBusy,
  isOpen,
  onOpen,
  onHold,
}: {
  scroller: RefObject<HTMLElement | null>
  rows: readonly Row[]
  isBusy: boolean
  /** A row's details are: it gets the focus back when they close. */
  isOpen: boolean
  onOpen: (row: Row) => void
  onHold: (isHeld: boolean) => void
}) {
  const columns = useColumns()
  const time = useRowTime()
  const isWide = useMediaQuery(wide, true, { getInitialValueInEffect: false })
  const height = isWide ? rowHeight.wide : rowHeight.narrow
  const [isScrolled, setScrolled] = useState(false)
  const [focused, setFocused] = useState<number | null>(null)
  const isHeld = isScrolled || focused !== null || isOpen
  useEffect(() => {
    onHold(isHeld)
    // Nothing is read any more where there are no rows.
    return () => onHold(false)
  }, [isHeld, onHold])

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: all rows have another height then
  useEffect(() => virtual.measure(), [virtual, height])
  const shown = virtual.getVirtualItems()
  const before = shown[0]?.start ?? 0
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0)
  const isHere = shown.some(({ index }) => rows[index]?.key === focused)

  function onFocus({ target }: FocusEvent): void {
    const row = target.closest('tr')
    if (row !== null) setFocused(rows[Number(row.ariaRowIndex) - firstRow]?.key ?? null)
  }

  return (
    <section
      ref={scroller}
      className={classes.feed}
      aria-label="Changes as they are booked"
      aria-busy={isBusy}
      onScroll={({ currentTarget }) => setScrolled(currentTarget.scrollTop > 0)}
    >
      <table className={classes.table} aria-rowcount={rows.length + 1}>
        <caption className="unseen">Changes as they are booked, newest first</caption>
        <colgroup>
          <col style={{ width: '6rem' }} />
          <col style={{ width: '12.5rem' }} />
          {columns.map(({ key, width }) => (
            <col key={key} style={width === undefined ? undefined : { width: `${width}rem` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">Time</th>
            <th scope="col">What happened</th>
            {columns.map(({ key, title, isFigure }) => (
              <th key={key} scope="col" data-figure={isFigure}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody onFocus={onFocus} onBlur={() => setFocused(null)} onKeyDown={moveFocus}>
          <Spacer height={before} columns={columns.length + 2} />
          {shown.map(({ index }) => {
            const row = rows[index]
            return (
              row !== undefined && (
                <FeedRow
                  key={row.key}
                  index={index + firstRow}
                  height={height}
                  row={row}
                  columns={columns}
                  time={time}
                  isStop={isHere ? row.key === focused : index === shown[0]?.index}
                  onOpen={onOpen}
                />
              )
            )
          })}
          <Spacer height={after} columns={columns.length + 2} />
        </tbody>
      </table>
    </section>
  )
}

/** Behind the head, and counted from one. */
const firstRow = 2

/** From row to row; the browser scrolls to what gets the focus, and the rows around it follow. */
function moveFocus(event: KeyboardEvent): void {
  const row = (event.target as Element).closest('tr') // a button in it
  const next = { ArrowDown: row?.nextElementSibling, ArrowUp: row?.previousElementSibling }[event.key]
  if (next == null) return
  event.preventDefault()
  next.querySelector('button')?.focus()
}

/** Stands for the rows that are out of sight. */
const Spacer = ({ height, columns }: { height: number; columns: number }) =>
  height > 0 && (
    <tr>
      <td colSpan={columns} className={classes.spacer} style={{ height }} />
    </tr>
  )
