import { Button } from '@mantine/core'
import { useViewer } from '../graph/use-viewer'
import { Empty } from '../states/empty'
import type { FilterInUse } from './filter/use-filter'

/** What there is to do about an empty feed. */
export function Nothing({ filter, setFilter }: FilterInUse) {
  const { role } = useViewer()
  if (Object.keys(filter).length > 0) {
    return (
      <Empty title="No conversion passes this filter" action={<Button onClick={() => setFilter({})}>Clear it</Button>}>
        The next one that does is shown here as soon as it is booked.
      </Empty>
    )
  }
  return (
    <Empty title="No conversions yet">
      {role === 'AFFILIATE'
        ? 'Your first one is shown here as soon as it is booked: send visitors through your links.'
        : 'The first one is shown here as soon as a postback for it is booked.'}
    </Empty>
  )
}
