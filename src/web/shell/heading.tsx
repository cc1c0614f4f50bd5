import { type ReactNode, use, useEffect, useRef } from 'react'
import { useViewer } from '../graph/use-viewer'
import { ArrivalContext } from './arrival'
import classes from './heading.module.css'

/** A view's title, in the tab and as its `h1`, which takes the focus when somebody has come here; `children` stand beside it. */
export function Heading({ title, note, children }: { title: string; note?: ReactNode; children?: ReactNode }) {
  const { workspace } = useViewer()
  const hasArrived = use(ArrivalContext)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (hasArrived) heading.current?.focus({ preventScroll: true })
  }, [hasArrived])
  return (
    <div className={classes.head}>
      <title>{`${title} · ${workspace.name}`}</title>
      <div>
        <h1 ref={heading} tabIndex={-1} className={classes.title}>
          {title}
        </h1>
        {note !== undefined && <p className={classes.note}>{note}</p>}
      </div>
      {children !== undefined && <div className={classes.aside}>{children}</div>}
    </div>
  )
}
