import { Button } from '@mantine/core'
import { useId, useRef, useState } from 'react'
import { Drawing } from '../../shell/icons'
import type { Filter } from './filter'
import classes from './filter-bar.module.css'
import { FilterChips } from './filter-chips'
import { FilterPanel } from './filter-panel'
import { textsOf } from './filter-text'
import type { FilterInUse } from './use-filter'

const funnelPath = 'M4 5h16l-6 8v6l-4-2v-4z'

/** What passes, and all that can be asked for behind a button. */
export function FilterBar({ fields, filter, setFilter }: FilterInUse) {
  const [isOpen, setOpen] = useState(false)
  const panel = useId()
  const button = useRef<HTMLButtonElement>(null)
  const asked = fields.reduce((sum, field) => sum + textsOf(field, filter).length, 0)

  /** The chip that was pressed is gone then, and the focus with it. */
  function takeBack(next: Filter): void {
    setFilter(next)
    button.current?.focus()
  }

  return (
    <>
      <div className={classes.bar}>
        <Button
          ref={button}
          size="xs"
          variant="default"
          leftSection={<Drawing path={funnelPath} size={15} />}
          aria-expanded={isOpen}
          aria-controls={isOpen ? panel : undefined}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Close the filter' : 'Filter'}
        </Button>
        {asked === 0 ? (
          <span className={classes.all}>Everything passes</span>
        ) : (
          <>
            <FilterChips fields={fields} filter={filter} onFilter={takeBack} />
            <Button size="xs" variant="subtle" onClick={() => takeBack({})}>
              Clear all
            </Button>
          </>
        )}
      </div>
      {isOpen && <FilterPanel id={panel} fields={fields} filter={filter} onFilter={setFilter} />}
    </>
  )
}
