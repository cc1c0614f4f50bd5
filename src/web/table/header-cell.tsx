import { Explained } from '../figures/explained'
import type { Column, Sort } from './data-table'
import classes from './data-table.module.css'

/** A column's head: sorts by it, figures most first; again turns it round. */
export function HeaderCell<Row extends object>({
  column: { key, title, isFigure = false, sortBy, explanation },
  sort,
  onSort,
}: {
  column: Column<Row>
  sort: Sort | undefined
  onSort: (sort: Sort) => void
}) {
  const isSorted = sort?.key === key
  const direction = isSorted ? (sort.descending ? 'descending' : 'ascending') : undefined
  return (
    <th scope="col" data-figure={isFigure} aria-sort={direction}>
      {sortBy === undefined ? (
        title
      ) : (
        <button
          type="button"
          className={classes.sort}
          onClick={() => onSort({ key, descending: isSorted ? !sort.descending : isFigure })}
        >
          {title}
          <span aria-hidden="true" className={classes.arrow}>
            {direction === undefined ? '' : direction === 'descending' ? '▼' : '▲'}
          </span>
        </button>
      )}
      {explanation !== undefined && (
        <>
          {' '}
          <Explained explanation={explanation}>
            <span className={classes.what} role="img" aria-label={`What is ${title}?`}>
              ?
            </span>
          </Explained>
        </>
      )}
    </th>
  )
}
