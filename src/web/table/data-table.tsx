import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  sortFn_basic,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useMemo, useRef, useState } from 'react'
import classes from './data-table.module.css'
import { HeaderCell } from './header-cell'

export interface Column<Row extends object> {
  readonly key: string
  readonly title: string
  /** Aligned to the right, in numerals of one width. */
  readonly isFigure?: boolean
  /** What rows are sorted by; nulls come last. Absent: it cannot be sorted by. */
  readonly sortBy?: (row: Row) => number | string | null
  readonly show: (row: Row) => ReactNode
  /** What the column means, for whoever points at its head or comes to it. */
  readonly explanation?: ReactNode
  /** In rem; default by content. Long lists do not jump where it is given. */
  readonly width?: number
  /** What stands below the column, in sight wherever the rows have been scrolled to. */
  readonly total?: ReactNode
}

export interface Sort {
  readonly key: string
  readonly descending: boolean
}

export interface DataTableProps<Row extends object> {
  /** What it lists; read out, not shown. */
  readonly caption: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  /** Beyond it the rows scroll; default: 70 % of the window. */
  readonly height?: number | string
  /** How rows are sorted at first. */
  readonly sort?: Sort
  /** Given, the rows come sorted: it is told what is asked for, and `sort` says what they are sorted by. */
  readonly onSort?: (sort: Sort) => void
  /** Called when the last rows come into sight, to fetch more. */
  readonly onEnd?: () => void
}

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { basic: sortFn_basic },
})
const rowHeight = 36
const overscan = 12

/** Rows of a kind, however many: only those in sight are in the document. The first column stays while the rest scrolls. */
export function DataTable<Row extends object>({
  caption,
  columns,
  rows,
  rowKey,
  height = '70vh',
  ...options
}: DataTableProps<Row>) {
  const { sort, onSort, onEnd } = options
  const [own, setOwn] = useState<Sort | undefined>(sort)
  const by = onSort === undefined ? own : sort
  const sorting = useMemo((): SortingState => (by ? [{ id: by.key, desc: by.descending }] : []), [by])
  const definitions = useMemo(() => columns.map((column) => define(column)), [columns])
  const table = useTable({
    features,
    columns: definitions,
    data: rows,
    getRowId: rowKey,
    state: { sorting },
    manualSorting: onSort !== undefined,
  })
  const sorted = table.getRowModel().rows

  const scroller = useRef<HTMLElement>(null)
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
    onChange({ range }) {
      if (range !== null && range.endIndex >= sorted.length - overscan) onEnd?.()
    },
  })
  const shown = virtual.getVirtualItems()
  const before = shown[0]?.start ?? 0
  const after = virtual.getTotalSize() - (shown.at(-1)?.end ?? 0)
  const hasTotals = columns.some(({ total }) => total !== undefined)

  return (
    <section
      ref={scroller}
      className={classes.scroller}
      style={{ maxHeight: height }}
      aria-label={caption}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must by keyboard
      tabIndex={0}
    >
      <table className={classes.table} aria-rowcount={sorted.length + (hasTotals ? 2 : 1)}>
        <caption className="unseen">{caption}</caption>
        <colgroup>
          {columns.map(({ key, width }) => (
            <col key={key} style={width === undefined ? undefined : { width: `${width}rem` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <HeaderCell key={column.key} column={column} sort={by} onSort={onSort ?? setOwn} />
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer height={before} columns={columns.length} />
          {shown.map(({ index }) => {
            const row = sorted[index]
            return (
              row !== undefined && (
                <tr key={row.id} aria-rowindex={index + 2} style={{ height: rowHeight }}>
                  {columns.map(({ key, isFigure, show }) => (
                    <td key={key} data-figure={isFigure}>
                      {show(row.original)}
                    </td>
                  ))}
                </tr>
              )
            )
          })}
          <Spacer height={after} columns={columns.length} />
        </tbody>
        {hasTotals && (
          <tfoot>
            <tr aria-rowindex={sorted.length + 2}>
              {columns.map(({ key, isFigure, total }) => (
                <td key={key} data-figure={isFigure}>
                  {total}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  )
}

/** Stands for the rows that are out of sight. */
const Spacer = ({ height, columns }: { height: number; columns: number }) =>
  height > 0 && (
    <tr>
      <td colSpan={columns} className={classes.spacer} style={{ height }} />
    </tr>
  )

/** Table sorts by it; we show it. Undefined, unlike null, is put last in either direction. */
const define = <Row extends object>({ key, sortBy }: Column<Row>): ColumnDef<typeof features, Row> => ({
  id: key,
  accessorFn: (row) => sortBy?.(row) ?? undefined,
  sortFn: 'basic',
  sortUndefined: 'last',
})
