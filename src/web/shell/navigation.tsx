import { Link, useLocation } from 'wouter'
import { Icon } from './icons'
import classes from './navigation.module.css'
import type { View } from './views'

export function Navigation({ views, label = 'Views' }: { views: readonly View[]; label?: string }) {
  const [at] = useLocation()
  // A record's own page belongs to the list that it is in.
  const isHere = (path: string) => (path === '/' ? at === path : at === path || at.startsWith(`${path}/`))
  return (
    <nav aria-label={label}>
      <ul className={classes.list}>
        {views.map(
          ({ path, title, icon }) =>
            icon !== null && (
              <li key={path}>
                <Link href={path} className={classes.link} aria-current={isHere(path) ? 'page' : undefined}>
                  <Icon name={icon} />
                  {title}
                </Link>
              </li>
            ),
        )}
      </ul>
    </nav>
  )
}
