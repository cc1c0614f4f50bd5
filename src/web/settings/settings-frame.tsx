import type { ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import { useViewer } from '../graph/use-viewer'
import { Heading } from '../shell/heading'
import classes from './settings-frame.module.css'
import { settingsViews } from './views'

/** What all settings have around them: the way to the others, and a title. */
export function SettingsFrame({
  title,
  note,
  aside,
  children,
}: {
  title: string
  note?: ReactNode
  aside?: ReactNode
  children: ReactNode
}) {
  const { role } = useViewer()
  const [at] = useLocation()
  return (
    <>
      <nav aria-label="Settings" className={classes.ways}>
        {settingsViews
          .filter(({ roles }) => roles.includes(role))
          .map((view) => (
            <Link
              key={view.path}
              href={view.path}
              className={classes.way}
              aria-current={at === view.path ? 'page' : undefined}
            >
              {view.title}
            </Link>
          ))}
      </nav>
      <Heading title={title} note={note}>
        {aside}
      </Heading>
      {children}
    </>
  )
}
