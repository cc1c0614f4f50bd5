import { Skeleton } from '@mantine/core'
import classes from './states.module.css'

/** Holds the place of what is being read, so that nothing jumps when it is there. */
export function Loading({ height = '20rem', label = 'Loading' }: { height?: string | number; label?: string }) {
  return (
    <div className={classes.loading} role="status" aria-label={label}>
      <Skeleton height={height} radius="sm" />
    </div>
  )
}
