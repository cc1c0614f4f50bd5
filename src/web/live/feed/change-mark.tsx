import { Drawing } from '../../shell/icons'
import classes from './change-mark.module.css'
import type { Row } from './row'

export const statusNames = { PENDING: 'Pending', APPROVED: 'Approved', REJECTED: 'Rejected', REVERSED: 'Reversed' }

const drawings = {
  PENDING: 'M12 7v5l3 2M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18',
  APPROVED: 'M5 12.5l4.5 4.5L19 7',
  REJECTED: 'M6 6l12 12M18 6L6 18',
  REVERSED: 'M9 5L5 9l4 4M5 9h9a5 5 0 0 1 0 10H8',
  CREATED: 'M12 5v14M5 12h14',
  UPDATED: 'M4 20l1-4L16 5l3 3L8 19z',
}

/** What happened to a conversion, or how it stands: a drawing and words, and the colour only besides. */
export function ChangeMark({ kind, status, hasLeft = false }: Pick<Row, 'kind' | 'status'> & { hasLeft?: boolean }) {
  return (
    <span className={classes.mark} data-status={status} data-left={hasLeft}>
      <Drawing path={drawings[hasLeft ? status : (kind ?? status)]} size={15} />
      {hasLeft ? `${statusNames[status]}, left the filter` : describeChange(kind, status)}
    </span>
  )
}

/** `New, pending`, `Approved`, `Changed, approved`. */
export function describeChange(kind: Row['kind'], status: Row['status']): string {
  const name = statusNames[status]
  if (kind === 'CREATED') return `New, ${name.toLowerCase()}`
  if (kind === 'UPDATED') return `Changed, ${name.toLowerCase()}`
  return name
}
