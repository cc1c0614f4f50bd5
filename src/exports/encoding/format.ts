import type { Column } from '../columns/column.js'
import type { WriteValue } from './write-values.js'

/** What stands around a column's cell: before a value and behind it, or in place of none. */
export interface Frame {
  readonly before: string
  readonly after: string
  readonly absent: string
}

/** How cells become text. Both formats write the same values; what stands around them differs, and how text is escaped. */
export interface Format {
  /** Tells it from others that write other bytes. */
  readonly id: string
  readonly contentType: string
  readonly extension: string
  header(columns: readonly Column[]): string
  frame(column: Column, isFirst: boolean): Frame
  readonly rowEnd: string
  readonly writeText: WriteValue
}
