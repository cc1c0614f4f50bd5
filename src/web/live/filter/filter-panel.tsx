import { FieldControl } from './field-control'
import type { Field, Filter } from './filter'
import classes from './filter-panel.module.css'

/** All that can be asked for. What is chosen counts at once. */
export const FilterPanel = ({
  id,
  fields,
  filter,
  onFilter,
}: {
  id: string
  fields: readonly Field[]
  filter: Filter
  onFilter: (filter: Filter) => void
}) => (
  <section id={id} className={classes.panel} aria-label="Filter">
    {fields.map((field) => (
      <FieldControl key={field.name} field={field} filter={filter} onFilter={onFilter} />
    ))}
  </section>
)
