import { useFormats } from '../figures/formats'
import { describeError } from '../graph/describe-error'
import { useAgainWhileAway } from '../graph/use-again-while-away'
import { useViewer } from '../graph/use-viewer'
import { Heading } from '../shell/heading'
import { Failure } from '../states/failure'
import { HoursChart } from './hours-chart'
import { Tiles } from './tiles'
import { TopLists } from './top-lists'
import { useToday } from './use-today'
import { useYesterday } from './use-yesterday'

/** Today against yesterday, moving as the books do. */
export default function Overview() {
  const { workspace } = useViewer()
  const formats = useFormats()
  const { today, error, restart } = useToday()
  useAgainWhileAway(error, restart)
  const { day, untilNow } = useYesterday(today)
  const against = untilNow === null ? '' : `, against yesterday until ${formats.hour(untilNow.to)}`
  const note = `${formats.day(today?.from ?? Date.now())}, ${workspace.timeZone}${against}`

  return (
    <>
      <Heading title="Overview" note={note} />
      {error !== undefined && today === null ? (
        <Failure title="Today’s figures could not be read" text={describeError(error)} onRetry={restart} />
      ) : (
        <>
          <Tiles today={today} before={untilNow} />
          <HoursChart today={today} yesterday={day} />
          <TopLists asOf={today?.asOf ?? null} />
        </>
      )}
    </>
  )
}
