import { Popover } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import classes from './builder.module.css'

/** A part of the question: says in a word what it is now, and opens to change it. Escape closes it. */
export function Panel({
  name,
  says,
  children,
}: {
  /** `Filter`, or `Campaign`. */
  name: string
  says: ReactNode
  children: (close: () => void) => ReactNode
}) {
  const [isOpen, setOpen] = useState(false)
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      position="bottom-start"
      trapFocus
      returnFocus
      withinPortal={false}
      transitionProps={{ duration: 0 }}
      radius="md"
      shadow="md"
    >
      <Popover.Target>
        <button type="button" className={classes.opener} onClick={() => setOpen(!isOpen)}>
          <span className={classes.what}>{name}</span>
          <span className={classes.says}>{says}</span>
          <span aria-hidden="true" className={classes.caret}>
            ▾
          </span>
        </button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown}>{children(() => setOpen(false))}</Popover.Dropdown>
    </Popover>
  )
}
