import { useDisclosure, useMediaQuery } from '@mantine/hooks'
import { Suspense, useEffect } from 'react'
import { Route, Switch, useLocation } from 'wouter'
import { useGraph } from '../graph/use-graph'
import { useViewer } from '../graph/use-viewer'
import { NoticeList } from '../notices/notice-list'
import { Empty } from '../states/empty'
import { Loading } from '../states/loading'
import { ArrivalContext, useArrival } from './arrival'
import { ConnectionLight } from './connection-light'
import { Drawer } from './drawer'
import { ErrorBoundary } from './error-boundary'
import { Heading } from './heading'
import { Icon } from './icons'
import { Logo } from './logo'
import { Menu } from './menu'
import { Navigation } from './navigation'
import classes from './shell.module.css'
import { type View, views } from './views'

const wide = '(min-width: 60em)'
/** More do not fit beside each other with names that can be read. */
const inBottomBar = 4

/** What is around every view: where one is, where one can go, and whether what one sees is live. */
export function Shell() {
  const { role, workspace } = useViewer()
  const { tidy } = useGraph()
  const [path] = useLocation()
  const hasArrived = useArrival()
  const [isMenuOpen, menu] = useDisclosure(false)
  const isWide = useMediaQuery(wide, true, { getInitialValueInEffect: false })
  const own = views.filter(({ roles }) => roles.includes(role))
  const shown = own.filter(({ icon }) => icon !== null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: each time another view is shown
  useEffect(() => {
    tidy()
    menu.close()
    window.scrollTo(0, 0)
  }, [path])

  return (
    <div className={classes.shell}>
      <a className={classes.skip} href="#view">
        Skip to the content
      </a>
      {isWide ? (
        <header className={classes.side}>
          <div className={classes.place}>
            <Brand name={workspace.name} />
            <ConnectionLight />
          </div>
          <Navigation views={shown} />
          <Menu />
        </header>
      ) : (
        <>
          <header className={classes.top}>
            <Brand name={workspace.name} />
            <ConnectionLight />
          </header>
          <div className={classes.bottom}>
            <Navigation views={shown.slice(0, inBottomBar)} />
            <button type="button" className={classes.more} onClick={menu.open} aria-expanded={isMenuOpen}>
              <Icon name="menu" size={20} />
              Menu
            </button>
          </div>
          <Drawer isOpen={isMenuOpen} onClose={menu.close} title={workspace.name}>
            <Navigation views={shown} label="All views" />
            <Menu />
          </Drawer>
        </>
      )}
      <main id="view" className={classes.view} tabIndex={-1}>
        <ErrorBoundary key={path}>
          <Suspense fallback={<Loading />}>
            <ArrivalContext value={hasArrived}>
              <Views views={own} />
            </ArrivalContext>
          </Suspense>
        </ErrorBoundary>
      </main>
      <NoticeList />
    </div>
  )
}

const Views = ({ views }: { views: readonly View[] }) => (
  <Switch>
    {views.map(({ path, Content }) => (
      <Route key={path} path={path} component={Content} />
    ))}
    <Route>
      <Heading title="Not found" />
      <Empty title="There is nothing at this address">
        It may have been mistyped, or it is not for your role. The navigation has everything that is.
      </Empty>
    </Route>
  </Switch>
)

const Brand = ({ name }: { name: string }) => (
  <div className={classes.brand}>
    <Logo size={26} />
    <span className={classes.name}>{name}</span>
  </div>
)
