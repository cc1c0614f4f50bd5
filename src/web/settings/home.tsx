import { Redirect } from 'wouter'
import { useViewer } from '../graph/use-viewer'
import { settingsViews } from './views'

/** The first of the settings that this role has. */
export default function Home() {
  const { role } = useViewer()
  const [first] = settingsViews.filter(({ roles }) => roles.includes(role))
  return first !== undefined && <Redirect to={first.path} replace />
}
