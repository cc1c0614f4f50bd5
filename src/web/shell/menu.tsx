import { type MantineColorScheme, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { useViewer } from '../graph/use-viewer'
import { useSession } from '../session/use-session'
import { Icon, type IconName } from './icons'
import classes from './menu.module.css'
import { roleNames } from './role-names'

const schemes: readonly { value: MantineColorScheme & IconName; name: string }[] = [
  { value: 'auto', name: 'As the system' },
  { value: 'light', name: 'Light' },
  { value: 'dark', name: 'Dark' },
]

/** Who one is here, how the page looks, and the way out. */
export function Menu() {
  const session = useSession()
  const { role, advertiser, affiliate } = useViewer()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const who = advertiser ?? affiliate
  return (
    <div className={classes.menu}>
      <SegmentedControl
        fullWidth
        size="xs"
        aria-label="Colour scheme"
        value={colorScheme}
        onChange={setColorScheme}
        data={schemes.map(({ value, name }) => ({
          value,
          label: (
            <span className={classes.scheme} title={name}>
              <Icon name={value} size={16} />
              <span className="unseen">{name}</span>
            </span>
          ),
        }))}
      />
      <div className={classes.who}>
        <span>{who === null ? roleNames[role] : who.name}</span>
        {who !== null && <span className={classes.role}>{roleNames[role]}</span>}
      </div>
      <button type="button" className={classes.out} onClick={session.signOut}>
        <Icon name="signOut" />
        Sign out
      </button>
    </div>
  )
}
