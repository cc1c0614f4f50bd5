import { Drawing } from '../../shell/icons'
import classes from './alerts.module.css'
import type { Alerts as AlertsInUse } from './use-alerts'

const tone = 'M4 10v4h3l5 4V6L7 10zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11'
const bell = 'M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4'

/** Switches for the ways to be told. */
export function Alerts({ isToneOn, notices, canNotify, toggleTone, toggleNotices }: AlertsInUse) {
  return (
    <>
      <Switch name="Tone" path={tone} isOn={isToneOn} onClick={toggleTone} />
      {canNotify && (
        <Switch
          name="Notifications"
          path={bell}
          isOn={notices === 'on'}
          onClick={() => void toggleNotices()}
          title="While this tab is in the background"
        />
      )}
      {notices === 'refused' && (
        <span className={classes.note} role="status">
          Your browser refuses notifications of this site; its settings for the site allow them.
        </span>
      )}
    </>
  )
}

const Switch = ({
  name,
  path,
  isOn,
  ...rest
}: {
  name: string
  path: string
  isOn: boolean
  title?: string
  onClick: () => void
}) => (
  <button type="button" role="switch" aria-checked={isOn} className={classes.switch} {...rest}>
    <Drawing path={path} size={16} />
    {name} {isOn ? 'on' : 'off'}
  </button>
)
